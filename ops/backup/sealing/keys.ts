// The keys of backups: texts of the operator, from which a key for each object is derived (HKDF-SHA-256, RFC 5869).

import { createHash, hkdfSync } from "node:crypto";
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { randomHex, systemRandom } from "#runtime/base/random.ts";
import { BACKUP_KEY_LENGTH_MIN, type BackupConfig } from "#runtime/config/backup.ts";
import { BackupFault } from "../fault.ts";

export const KEY_NAME_BYTES = 8;

export class BackupKeys {
  readonly #masters: ReadonlyMap<string, Uint8Array>;
  /** Of the key that seals: 16 hex characters. */
  readonly sealingName: string;

  /** At least one; the first one seals, each of them opens. */
  constructor(texts: readonly string[]) {
    const masters = texts.map((text) => new Uint8Array(hkdfSync("sha256", text, "", "twitchclone backup", 32)));
    this.#masters = new Map(masters.map((master) => [nameOf(master), master]));
    this.sealingName = nameOf(masters[0]!);
  }

  /** Key of one object. `about`: what the object is; it opens as nothing else. Throws BackupFault `wrong_key` for a name that is not ours. */
  objectKey({ name, salt, about }: { name: string; salt: Uint8Array; about: string }): Uint8Array {
    const master = this.#masters.get(name);
    if (!master)
      throw new BackupFault(
        "wrong_key",
        `${about} is sealed with the key ${name}, and here are ${[...this.#masters.keys()].join(", ")}: add its key to BACKUP_KEY or BACKUP_KEY_FILE`,
      );
    return new Uint8Array(hkdfSync("sha256", master, salt, `twitchclone backup ${about}`, 32));
  }
}

/** A name that says nothing of the key. */
const nameOf = (master: Uint8Array) =>
  createHash("sha256")
    .update("name of ")
    .update(master)
    .digest("hex")
    .slice(0, 2 * KEY_NAME_BYTES);

/** Default place of the key file, in a data folder. */
export const KEY_FILE = "backup.key";

interface KeyPlace {
  config: Pick<BackupConfig, "keys" | "keyFile">;
  /** Where a key is kept, and made if need be, without a setting; null: nowhere. */
  defaultFile: string | null;
  /** Whether a missing default file is made. */
  make: boolean;
}

export interface FoundKeys {
  keys: BackupKeys;
  /** As they are in settings or in the file. */
  texts: string[];
  /** True: they lie in the default file, beside the data that they shall bring back. */
  isBesideData: boolean;
  /** True: they were made just now. */
  isNew: boolean;
}

/** Throws BackupFault `wrong_key` when there is none, or one that is too short. */
export function findKeys({ config, defaultFile, make }: KeyPlace): FoundKeys {
  if (config.keys.length > 0) return found(config.keys, {});
  if (config.keyFile !== null) return found(readKeyFile(config.keyFile), {});
  if (defaultFile !== null && existsSync(defaultFile)) return found(readKeyFile(defaultFile), { isBesideData: true });
  if (defaultFile === null || !make)
    throw new BackupFault("wrong_key", "no key is set: name its file by BACKUP_KEY_FILE");
  const key = randomHex(systemRandom, 32);
  writeKeyFile(defaultFile, [key]);
  return found([key], { isBesideData: true, isNew: true });
}

const found = (texts: string[], { isBesideData = false, isNew = false }): FoundKeys => ({
  keys: new BackupKeys(texts),
  texts,
  isBesideData,
  isNew,
});

export function readKeyFile(file: string): string[] {
  if (!existsSync(file)) throw new BackupFault("wrong_key", `there is no key file ${file}`);
  const texts = readFileSync(file, "utf8")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
  if (texts.length === 0 || texts.some((text) => text.length < BACKUP_KEY_LENGTH_MIN))
    throw new BackupFault(
      "wrong_key",
      `${file} must hold keys of at least ${BACKUP_KEY_LENGTH_MIN} characters, one a line`,
    );
  return texts;
}

/** Never over an existing file. */
export function writeKeyFile(file: string, texts: readonly string[]) {
  const descriptor = openSync(file, "wx", 0o600);
  try {
    writeFileSync(
      descriptor,
      `# Opens the backups of the database. Keep a copy elsewhere: without it they are lost.\n${texts.join("\n")}\n`,
    );
  } finally {
    closeSync(descriptor);
  }
}
