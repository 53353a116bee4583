// `backups`: lists base backups, and how far the log behind them reaches.

import type { Archive } from "#ops/backup/archive.ts";
import { listBackups, type Manifest } from "#ops/backup/manifest.ts";
import { type BackupStatus, backupStatus } from "#ops/backup/status.ts";
import { UsageError } from "#ops/up/flags.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { KEY_OPTION, withArchive } from "./archive-place.ts";
import { bytes, duration, table } from "./format.ts";
import type { Verb } from "./verb.ts";

export const backups: Verb = {
  use: "backups [--key-file file] [--json]  base backups, how far their log reaches, and the last verification; exit 1 when one cannot be opened",
  options: { json: "flag", ...KEY_OPTION },
  async run(words, context) {
    if (words.length > 0) throw new UsageError("backups takes no words");
    const { options, say } = context;
    return withArchive(context, async ({ archive, store }) => {
      const { backups: found, faulty } = await listBackups(archive);
      const clusters = await statusOf(archive, found);
      const statuses = Object.entries(clusters);
      if (options.json) {
        const closed = faulty.map(({ id, fault }) => ({ id, fault: fault.message }));
        const short = statuses.map(([cluster, { newest, ...status }]) => [
          cluster,
          { ...status, newest: newest?.id ?? null },
        ]);
        const answer = { backups: found.map(withoutParts), faulty: closed, clusters: Object.fromEntries(short) };
        say(JSON.stringify(answer, null, 2));
        return faulty.length > 0 ? 1 : 0;
      }
      if (found.length === 0) say(`there is no backup at ${store.endpoint}/${store.bucket}`);
      else for (const line of linesFor(found)) say(line);
      for (const [cluster, status] of statuses) for (const line of summary(cluster, status)) say(line);
      for (const { id, fault } of faulty) say(`${id} cannot be opened: ${fault.message}`);
      return faulty.length > 0 ? 1 : 0;
    });
  },
};

/** By cluster. */
async function statusOf(archive: Archive, found: Manifest[]): Promise<Record<string, BackupStatus>> {
  const all: Record<string, BackupStatus> = {};
  for (const { cluster } of found) all[cluster] ??= await backupStatus(archive, cluster);
  return all;
}

const storedBytes = ({ parts }: Manifest) => parts.reduce((sum, part) => sum + part.bytes, 0);
const withoutParts = ({ parts, ...manifest }: Manifest) => ({
  ...manifest,
  parts: parts.length,
  storedBytes: storedBytes({ parts } as Manifest),
});

function linesFor(found: Manifest[]): string[] {
  const rows = found.map((backup) => [
    backup.id,
    backup.endedAt,
    `${duration(clock.wallMs() - Date.parse(backup.endedAt))} ago`,
    backup.cluster,
    String(backup.timeline),
    bytes(backup.bytes),
    bytes(storedBytes(backup)),
  ]);
  return table(["backup", "ended", "age", "cluster", "timeline", "size", "stored"], rows);
}

function summary(cluster: string, { logArrivedMs, check }: BackupStatus): string[] {
  const log = logArrivedMs === null ? "no log has arrived" : `its log reaches ${new Date(logArrivedMs).toISOString()}`;
  const outcome = check && (check.faults.length === 0 ? "and was right" : `and differed: ${check.faults.join("; ")}`);
  const verified = check
    ? `${check.backup} was verified ${duration(clock.wallMs() - Date.parse(check.at))} ago ${outcome}`
    : "none was verified";
  return ["", `cluster ${cluster}: ${log}; ${verified}`];
}
