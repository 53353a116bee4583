// Lays the files of a base backup out in a folder. Each part is checked by its SHA-256, the whole by its seal.

import { existsSync, rmSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { type Archive, isMissing } from "../archive.ts";
import { BackupFault } from "../fault.ts";
import type { Manifest } from "../manifest.ts";
import { open } from "../sealing/sealed-stream.ts";
import { untar } from "../tar.ts";

interface LayOut {
  archive: Archive;
  manifest: Manifest;
  /** Absolute path; must not exist. When it fails, nothing is left of it. */
  folder: string;
  /** The user that must own the files; null: ours. */
  owner: number | null;
}

/** Beside the files: the log that PostgreSQL keeps. */
const ROOM_BYTES = 1024 ** 3;

/** Throws BackupFault: `damaged`, `wrong_key`, `store_away`, `no_space`. */
export async function layOut({ archive, manifest, folder, owner }: LayOut): Promise<void> {
  requireSpace(dirname(folder), manifest.bytes + ROOM_BYTES);
  try {
    const about = `base ${manifest.id}`;
    const { files } = await untar(open(partsOf(archive, manifest), { keys: archive.keys, about }), folder);
    // Besides the files that were counted there is the label.
    if (files <= manifest.files)
      throw new BackupFault("damaged", `${manifest.id} has ${files} files instead of more than ${manifest.files}`);
    if (owner !== null) own(folder, owner);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function* partsOf(archive: Archive, { parts }: Manifest): AsyncGenerator<Uint8Array> {
  for (const { key, bytes, sha256 } of parts) {
    const part = await archive.getRaw(key).catch((error) => {
      if (isMissing(error)) throw new BackupFault("damaged", `${key} is missing`);
      throw error;
    });
    if (part.length !== bytes || new Bun.CryptoHasher("sha256").update(part).digest("hex") !== sha256)
      throw new BackupFault("damaged", `${key} has other bytes than it was stored with`);
    yield part;
  }
}

function requireSpace(folder: string, bytes: number) {
  let there = folder;
  while (!existsSync(there)) there = dirname(there);
  const { bavail, bsize } = statfsSync(there);
  const free = bavail * bsize;
  if (free < bytes)
    throw new BackupFault(
      "no_space",
      `${there} has ${Math.floor(free / 1e6)} MB free, and ${Math.ceil(bytes / 1e6)} MB are needed`,
    );
}

function own(folder: string, owner: number) {
  const { exitCode, stderr } = Bun.spawnSync(["chown", "-R", `${owner}:${owner}`, folder]);
  if (exitCode !== 0) throw new Error(`chown: ${stderr}`);
}
