// `verify <video>` or `verify --all`: compares the rows of videos with their objects, in both directions.

import { UsageError } from "#ops/up/flags.ts";
import { Refusal } from "#runtime/actor/actor.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import { connectObjects } from "#runtime/objects/objects-s3.ts";
import type { Sql } from "#schema/database.ts";
import { settledVideoAfter } from "#schema/queries/videos/orphans.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { withDatabase } from "./system.ts";
import { onlyWord, type Verb, type VerbContext } from "./verb.ts";
import { type Verification, verifyVideo } from "./verify/verify-video.ts";

export const verify: Verb = {
  use: "verify <video>|--all [--deep] [--json]  compares a video's rows with its objects, with --deep also their SHA-256; exit 1 on a difference",
  options: { all: "flag", deep: "flag", json: "flag" },
  async run(words, { system, options, say }) {
    const videoId = options.all ? null : readId(words);
    if (options.all && words.length > 0) throw new UsageError("give a video or --all, not both");
    const here = system();
    if (!here.objectStore) throw new Refusal("unavailable", "no object store is set: S3_ENDPOINT");
    const objects = connectObjects({ config: here.objectStore, clock });
    const deep = options.deep === true;
    const isJson = options.json === true;
    return withDatabase(here, (sql) =>
      videoId === null
        ? verifyAll({ sql, objects, deep, isJson, say })
        : verifyOne({ sql, objects, deep, isJson, say }, videoId),
    ).finally(() => objects.stop());
  },
};

interface Verifying {
  sql: Sql;
  objects: Pick<Objects, "list" | "get">;
  deep: boolean;
  isJson: boolean;
  say: VerbContext["say"];
}

function readId(words: string[]): string {
  const videoId = onlyWord(words, "a video's id, or --all").toLowerCase();
  if (!isUuid(videoId)) throw new UsageError(`"${videoId}" is no id of a video`);
  return videoId;
}

async function verifyOne({ isJson, say, ...parts }: Verifying, videoId: string): Promise<number> {
  const found = await verifyVideo({ ...parts, videoId });
  if (!found) throw new UsageError(`there is no video ${videoId}`);
  if (isJson) say(JSON.stringify(found, null, 2));
  else for (const line of linesFor(found)) say(line);
  return found.faults.length === 0 ? 0 : 1;
}

/** All videos that nobody writes any more, one after the other; those with faults are listed. */
async function verifyAll({ isJson, say, ...parts }: Verifying): Promise<number> {
  const faulty: (Verification & { id: string })[] = [];
  let videos = 0;
  for (let id = await settledVideoAfter(parts.sql, null); id !== null; id = await settledVideoAfter(parts.sql, id)) {
    const found = await verifyVideo({ ...parts, videoId: id });
    if (!found) continue; // Deleted meanwhile.
    videos++;
    if (found.faults.length === 0) continue;
    faulty.push({ id, ...found });
    if (!isJson) for (const line of [id, ...linesFor(found)]) say(line);
  }
  if (isJson) say(JSON.stringify({ videos, faulty }, null, 2));
  else say(`${videos} videos, ${faulty.length} with faults`);
  return faulty.length === 0 ? 0 : 1;
}

function linesFor({ title, segments, inits, objects, bytes, faults }: Verification): string[] {
  return [
    ...faults.map(({ kind, key, detail }) => `${kind.padEnd(8)} ${key}  ${detail}`),
    `"${title}": ${segments} segments, ${inits} init segments, ${bytes} bytes, ${objects} objects: ${faults.length} faults`,
  ];
}
