// `backup`: makes a base backup now.

import { readFileSync } from "node:fs";
import { takeBackup } from "#ops/backup/base-backup.ts";
import { UsageError } from "#ops/up/flags.ts";
import { NotRunning } from "#ops/up/running-system.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { withArchive } from "./archive-place.ts";
import { bytes, duration } from "./format.ts";
import { silentLog } from "./system.ts";
import type { Verb } from "./verb.ts";

export const backup: Verb = {
  use: "backup                          makes a base backup now, of a system that runs with `npm start -- --backup`",
  async run(words, context) {
    if (words.length > 0) throw new UsageError("backup takes no words");
    const { folder, databaseUrl } = context.system();
    if (!folder)
      throw new NotRunning('in containers pgBackRest makes the backups: see "Backups in containers" in ops/README.md');
    return withArchive(context, async ({ archive, config, store }) => {
      const made = await takeBackup({
        ...{ databaseUrl, archive, keep: config.keep, clock, random, log: silentLog },
        secrets: readFileSync(folder.file("secrets.json"), "utf8"),
      });
      const stored = made.parts.reduce((sum, part) => sum + part.bytes, 0);
      const took = duration(Date.parse(made.endedAt) - Date.parse(made.startedAt));
      context.say(
        `${made.id}: ${made.files} files, ${bytes(made.bytes)}, ${bytes(stored)} stored at ${store.endpoint} in ${took}`,
      );
      return 0;
    });
  },
};
