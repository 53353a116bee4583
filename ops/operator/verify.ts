// `verify <video>`: compares a video's rows with its objects, in both directions.

import { UsageError } from "#ops/up/flags.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { connectObjects } from "#runtime/objects/objects-s3.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { withDatabase } from "./system.ts";
import { onlyWord, type Verb } from "./verb.ts";
import { verifyVideo } from "./verify/verify-video.ts";

export const verify: Verb = {
  use: "verify <video> [--deep] [--json]  compares a video's rows with its objects, with --deep also their SHA-256; exit 1 on a difference",
  options: { deep: "flag", json: "flag" },
  async run(words, { system, options, say }) {
    const videoId = onlyWord(words, "a video's id").toLowerCase();
    if (!isUuid(videoId)) throw new UsageError(`"${videoId}" is no id of a video`);
    const here = system();
    if (!here.objectStore) throw new Refusal("unavailable", "no object store is set: S3_ENDPOINT");
    const objects = connectObjects({ config: here.objectStore, clock });
    const deep = options.deep === true;
    const found = await withDatabase(here, (sql) => verifyVideo({ sql, objects, videoId, deep })).finally(() =>
      objects.stop(),
    );
    if (!found) throw new UsageError(`there is no video ${videoId}`);
    if (options.json) say(JSON.stringify(found, null, 2));
    else {
      for (const { kind, key, detail } of found.faults) say(`${kind.padEnd(8)} ${key}  ${detail}`);
      const { title, segments, inits, objects: count, bytes, faults } = found;
      say(
        `"${title}": ${segments} segments, ${inits} init segments, ${bytes} bytes, ${count} objects: ${faults.length} faults`,
      );
    }
    return found.faults.length === 0 ? 0 : 1;
  },
};
