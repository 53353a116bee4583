// What lies where in the store of backups.
//
//   backups/manifests/<cluster>/<id>  what a base backup is; written last, so that a backup without it is none
//   backups/base/<id>/00001 …         the files of the database, sealed as one stream, in parts
//   backups/base/<id>/secrets         secrets.json of the data folder, sealed
//   backups/log/<cluster>/<name>      PostgreSQL's log, each file sealed
//   backups/checks/<cluster>/<time>   verifications
//
// A cluster is a PostgreSQL server's data, by its system identifier.

import { backoffMs } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import { type ObjectInfo, ObjectMissing, type Objects, ObjectsAway } from "#runtime/objects/objects.ts";
import { OBJECT_PREFIX } from "#schema/wire/object-prefixes.ts";
import { BackupFault } from "./fault.ts";
import type { BackupKeys } from "./sealing/keys.ts";
import { openBytes, sealBytes } from "./sealing/sealed-stream.ts";

const SEALED_TYPE = "application/octet-stream";
/** Tries of one request while the store is away: about 20 s of pauses, besides the time that each waits for its answer. */
const TRIES_MAX = 6;
const PAUSES = { firstMs: 500, longestMs: 8_000 };

export const PLACES = {
  manifests: `${OBJECT_PREFIX.backups}manifests/`,
  base: `${OBJECT_PREFIX.backups}base/`,
  log: `${OBJECT_PREFIX.backups}log/`,
  checks: `${OBJECT_PREFIX.backups}checks/`,
} as const;

export const partKey = (id: string, number: number) => `${PLACES.base}${id}/${String(number).padStart(5, "0")}`;
export const secretsKey = (id: string) => `${PLACES.base}${id}/secrets`;
export const manifestKey = (cluster: string, id: string) => `${PLACES.manifests}${cluster}/${id}`;
export const logKey = (cluster: string, name: string) => `${PLACES.log}${cluster}/${name}`;

export interface ArchiveParts {
  objects: Pick<Objects, "put" | "get" | "look" | "remove" | "list">;
  keys: BackupKeys;
  clock: Clock;
  random: Random;
}

export class Archive {
  constructor(private readonly parts: ArchiveParts) {}

  get keys() {
    return this.parts.keys;
  }

  /** Sealed, in place of an object of that key. Throws BackupFault `store_away`. */
  async putSealed(key: string, bytes: Uint8Array) {
    const { keys, random } = this.parts;
    await this.putRaw(key, await sealBytes(bytes, { keys, random, about: key }));
  }

  /** Throws BackupFault: `store_away`, `wrong_key`, `damaged`, and ObjectMissing. */
  async getSealed(key: string): Promise<Uint8Array> {
    return openBytes(await this.getRaw(key), { keys: this.parts.keys, about: key });
  }

  async putRaw(key: string, bytes: Uint8Array) {
    const sha256 = new Bun.CryptoHasher("sha256").update(bytes).digest();
    await this.#patiently(() => this.parts.objects.put(key, bytes, { contentType: SEALED_TYPE, sha256 }));
  }

  /** Throws BackupFault `store_away`, and ObjectMissing. */
  getRaw(key: string): Promise<Uint8Array> {
    return this.#patiently(() => this.parts.objects.get(key));
  }

  async has(key: string): Promise<boolean> {
    return (await this.#patiently(() => this.parts.objects.look(key))) !== null;
  }

  remove(keys: readonly string[]) {
    return this.#patiently(() => this.parts.objects.remove(keys));
  }

  /** All objects below a prefix, in order of their keys. */
  async list(prefix: string, { after }: { after?: string } = {}): Promise<ObjectInfo[]> {
    const all: ObjectInfo[] = [];
    for (let behind = after; ; behind = all.at(-1)?.key) {
      const { items, more } = await this.#patiently(() =>
        this.parts.objects.list(prefix, behind === undefined ? {} : { after: behind }),
      );
      all.push(...items);
      if (!more || items.length === 0) return all;
    }
  }

  async #patiently<T>(request: () => Promise<T>): Promise<T> {
    const { clock, random } = this.parts;
    for (let failures = 0; ; failures++) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof ObjectsAway)) throw error;
        if (failures + 1 >= TRIES_MAX)
          throw new BackupFault("store_away", `the store of backups does not answer (${error.message})`, {
            cause: error,
          });
        await clock.sleep(backoffMs(PAUSES, failures, random.next()));
      }
    }
  }
}

/** True for an object that is not there. */
export const isMissing = (error: unknown) => error instanceof ObjectMissing;
