// Collects every secret of a run, and finds files that contain one in clear text. A-20.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

interface Leak {
  /** Kind of the secret. */
  kind: string;
  where: string;
}

/** Shorter secrets would occur everywhere by chance. */
const LENGTH_MIN = 6;

export class Secrets {
  readonly #kinds = new Map<string, string>();

  keep(kind: string, secret: string) {
    if (secret.length < LENGTH_MIN) throw new Error(`a secret of ${secret.length} characters: ${kind}`);
    this.#kinds.set(secret, kind);
  }

  /** Makes and remembers a random secret. */
  make(kind: string): string {
    const secret = `${crypto.randomUUID()}`;
    this.keep(kind, secret);
    return secret;
  }

  get size() {
    return this.#kinds.size;
  }

  get kinds() {
    return [...new Set(this.#kinds.values())].sort();
  }

  /** Also finds the secret percent-encoded or in base64, as in an address or a Basic header. */
  leaksIn(where: string, text: string): Leak[] {
    return [...this.#kinds].flatMap(([secret, kind]) => {
      const spellings = [
        secret,
        encodeURIComponent(secret),
        btoa(unescape(encodeURIComponent(secret))).replace(/=+$/, ""),
      ];
      return spellings.some((one) => text.includes(one)) ? [{ kind, where }] : [];
    });
  }
}

/** Files below a folder, without those that `skip` names. */
export function filesBelow(folder: string, skip: (file: string) => boolean): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    if (skip(file)) return [];
    const facts = statSync(file, { throwIfNoEntry: false });
    if (!facts) return [];
    return facts.isDirectory() ? filesBelow(file, skip) : facts.isFile() ? [file] : [];
  });
}

export const textOf = (file: string) => readFileSync(file, "latin1");
