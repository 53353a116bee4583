// `restore --into <folder> [--at <time>]`: restores the database into a data folder, ready for nodes.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { listBackups } from "#ops/backup/manifest.ts";
import { chooseBackup, livingTimeline, readTime } from "#ops/backup/restore/choose.ts";
import { restoreDatabase, SWEEP_AFTER_MS } from "#ops/backup/restore/restore.ts";
import { KEY_FILE, writeKeyFile } from "#ops/backup/sealing/keys.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { UsageError } from "#ops/up/flags.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { type ArchivePlace, KEY_OPTION, withArchive } from "./archive-place.ts";
import { duration } from "./format.ts";
import type { OptionValues, Verb } from "./verb.ts";

export const restore: Verb = {
  use: "restore --into <folder> [--at <time>] [--backup id] [--timeline n] [--key-file file]  restores the database, by default to the end of its log, and raises its epochs",
  options: { into: "text", at: "text", backup: "text", timeline: "text", ...KEY_OPTION },
  async run(words, context) {
    if (words.length > 0) throw new UsageError("restore takes no words: see its options");
    const { options, say } = context;
    const { into, at, id, timeline } = read(options);
    return withArchive(context, async (place) => {
      const manifest = chooseBackup(await listBackups(place.archive), { atMs: at?.ms ?? null, id });
      const folder = new DataFolder(into);
      const startMs = clock.monoMs();
      const target = at ? { time: at.text } : ("end" as const);
      const branch = timeline ?? (await livingTimeline(place.archive, manifest));
      const { replayedTo, timeline: now } = await restoreDatabase({
        ...{ folder, archive: place.archive, manifest, target, timeline: branch, clock, say },
      });
      keepKey(folder, place);
      say(
        `restored to ${replayedTo ?? manifest.endedAt} in ${duration(clock.monoMs() - startMs)}, timeline ${now}, into ${into}`,
      );
      for (const line of nextSteps(folder)) say(line);
      return 0;
    });
  },
};

function read(options: OptionValues) {
  const { into, at, backup, timeline } = options;
  if (typeof into !== "string") throw new UsageError("restore needs --into <folder>, a data folder without a database");
  const time = typeof at === "string" ? readTime(at) : null;
  if (at !== undefined && !time) throw new UsageError(`--at must be a time such as 2026-11-22T10:15:00Z, not "${at}"`);
  const number = timeline === undefined ? null : Number(timeline);
  if (number !== null && !(Number.isInteger(number) && number > 0))
    throw new UsageError(`--timeline must be a whole number, not "${timeline}"`);
  return { into: resolve(into), at: time, id: typeof backup === "string" ? backup : null, timeline: number };
}

/** The restored system shall open the backups too, unless a setting says where their key is. */
function keepKey(folder: DataFolder, { found }: ArchivePlace) {
  const file = folder.file(KEY_FILE);
  const isSet = Boolean(process.env.BACKUP_KEY || process.env.BACKUP_KEY_FILE);
  if (!isSet && !existsSync(file)) writeKeyFile(file, found.texts);
}

function nextSteps(folder: DataFolder): string[] {
  const data = `--data ${folder.path}`;
  const objects = process.env.S3_ENDPOINT || existsSync(folder.file("s3"));
  return [
    "next:",
    ...(objects
      ? []
      : [`  copy the folder s3 of the old data folder into it: recordings and pictures are not in the backup`]),
    `  npm start -- ${data} --backup`,
    `  npm run ops -- verify --all ${data}    compares recordings with the object store`,
    `  objects of after the restore are kept for ${SWEEP_AFTER_MS / 86_400_000} days; then the orphan sweep removes them`,
  ];
}
