// What goes: backups beyond the number that is kept, log that no kept backup needs, and what a killed backup left behind.

import { type Archive, logKey, manifestKey, PLACES } from "./archive.ts";
import { listBackups, type Manifest } from "./manifest.ts";
import { isBefore } from "./wal/wal-names.ts";

export interface Retired {
  backups: string[];
  /** Files of the log. */
  segments: number;
}

/** Of one cluster. A backup whose manifest cannot be opened stays, and so does all log while there is one. */
export async function retire(archive: Archive, { cluster, keep }: { cluster: string; keep: number }): Promise<Retired> {
  const { backups, faulty } = await listBackups(archive, cluster);
  const old = backups.slice(0, Math.max(0, backups.length - keep));
  for (const backup of old) await removeBackup(archive, backup);
  const kept = backups.slice(old.length);
  const segments = faulty.length > 0 ? 0 : await removeLog(archive, { cluster, kept });
  return { backups: old.map(({ id }) => id), segments };
}

/** The manifest goes first: from then on it is no backup. */
async function removeBackup(archive: Archive, { cluster, id }: Manifest) {
  await archive.remove([manifestKey(cluster, id)]);
  const parts = await archive.list(`${PLACES.base}${id}/`);
  if (parts.length > 0) await archive.remove(parts.map(({ key }) => key));
}

/** Histories of timelines stay: they are small, and a restore chooses its timeline by them. */
async function removeLog(archive: Archive, { cluster, kept }: { cluster: string; kept: Manifest[] }): Promise<number> {
  if (kept.length === 0) return 0;
  const first = kept.map(({ startSegment }) => startSegment).reduce((a, b) => (isBefore(b, a) ? b : a));
  const prefix = logKey(cluster, "");
  const items = await archive.list(prefix);
  const old = items.filter(({ key }) => isBefore(key.slice(prefix.length), first)).map(({ key }) => key);
  if (old.length > 0) await archive.remove(old);
  return old.length;
}

/** A backup under way stores a part more often than this, whatever the cluster and the speed. */
const LEFT_MS = 6 * 3_600_000;

/** Removes the parts of backups that were killed. `nowMs`: wall clock. Returns their ids. */
export async function removeLeftovers(archive: Archive, nowMs: number): Promise<string[]> {
  const manifests = await archive.list(PLACES.manifests);
  const whole = new Set(manifests.map(({ key }) => key.split("/").at(-1)));
  const left = new Map<string, { keys: string[]; newestMs: number }>();
  for (const { key, modifiedAtMs } of await archive.list(PLACES.base)) {
    const id = key.slice(PLACES.base.length).split("/")[0]!;
    if (whole.has(id)) continue;
    const { keys, newestMs } = left.get(id) ?? { keys: [], newestMs: 0 };
    left.set(id, { keys: [...keys, key], newestMs: Math.max(newestMs, modifiedAtMs) });
  }
  const old = [...left].filter(([, { newestMs }]) => nowMs - newestMs > LEFT_MS);
  for (const [, { keys }] of old) await archive.remove(keys);
  return old.map(([id]) => id);
}
