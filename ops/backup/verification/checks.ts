// Verifications of backups, kept in the store, so that whoever looks knows when the last one was.

import { type Archive, isMissing, PLACES } from "../archive.ts";
import { BackupFault } from "../fault.ts";

export interface BackupCheck {
  backup: string;
  /** RFC 3339. */
  at: string;
  /** Empty: the restored copy is right. */
  faults: string[];
  tables: number;
  rows: number;
  tookMs: number;
}

/** Over it the oldest go. */
const KEPT = 50;

const prefixOf = (cluster: string) => `${PLACES.checks}${cluster}/`;

export async function keepCheck(archive: Archive, cluster: string, check: BackupCheck) {
  const prefix = prefixOf(cluster);
  const name = check.at.replace(/[-:.]/g, "");
  await archive.putSealed(`${prefix}${name}`, new TextEncoder().encode(JSON.stringify(check)));
  const all = await archive.list(prefix);
  if (all.length > KEPT) await archive.remove(all.slice(0, -KEPT).map(({ key }) => key));
}

/** Null: there was none, or it cannot be opened. */
export async function lastCheck(archive: Archive, cluster: string): Promise<BackupCheck | null> {
  const last = (await archive.list(prefixOf(cluster))).at(-1);
  if (!last) return null;
  try {
    return JSON.parse(new TextDecoder().decode(await archive.getSealed(last.key))) as BackupCheck;
  } catch (error) {
    if (isMissing(error) || (error instanceof BackupFault && error.code !== "store_away")) return null;
    throw error;
  }
}
