// What a base backup is, as its manifest says.

import { type Archive, isMissing, manifestKey, PLACES } from "./archive.ts";
import { BackupFault } from "./fault.ts";

export interface Manifest {
  version: 1;
  /** `20261122T101500Z-1f`: when it began, and two random digits. */
  id: string;
  /** PostgreSQL's system identifier: the cluster that it is of. */
  cluster: string;
  timeline: number;
  /** Major version of PostgreSQL, and the platform: a restore needs the same. */
  postgres: number;
  platform: string;
  /** RFC 3339. A restore can go to `endedAt` or later. */
  startedAt: string;
  endedAt: string;
  startLsn: string;
  stopLsn: string;
  /** Files of the log that it needs, from and to. */
  startSegment: string;
  stopSegment: string;
  segmentBytes: number;
  /** Files, and their bytes before compression. */
  files: number;
  bytes: number;
  parts: { key: string; bytes: number; sha256: string }[];
}

/** Newest last. `faulty`: backups whose manifest cannot be opened, and why. */
export interface Backups {
  backups: Manifest[];
  faulty: { cluster: string; id: string; fault: BackupFault }[];
}

/** Of all clusters, or of one. Throws BackupFault `store_away`. */
export async function listBackups(archive: Archive, cluster?: string): Promise<Backups> {
  const items = await archive.list(cluster === undefined ? PLACES.manifests : manifestKey(cluster, ""));
  const backups: Manifest[] = [];
  const faulty: Backups["faulty"] = [];
  for (const { key } of items) {
    try {
      backups.push(await readManifest(archive, key));
    } catch (error) {
      if (isMissing(error)) continue; // Removed meanwhile.
      if (!(error instanceof BackupFault) || error.code === "store_away") throw error;
      const [of = "", id = ""] = key.slice(PLACES.manifests.length).split("/");
      faulty.push({ cluster: of, id, fault: error });
    }
  }
  backups.sort((a, b) => a.endedAt.localeCompare(b.endedAt));
  return { backups, faulty };
}

async function readManifest(archive: Archive, key: string): Promise<Manifest> {
  const manifest = JSON.parse(new TextDecoder().decode(await archive.getSealed(key))) as Manifest;
  if (manifest.version !== 1)
    throw new BackupFault("unsupported", `${key} was written by a newer release: restore with that one`);
  return manifest;
}

export const writeManifest = (archive: Archive, manifest: Manifest) =>
  archive.putSealed(manifestKey(manifest.cluster, manifest.id), new TextEncoder().encode(JSON.stringify(manifest)));
