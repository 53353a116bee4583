// Seals secrets that only this server may read: AES-256-GCM (NIST SP 800-38D) with a key for one purpose. The key's name precedes the
// ciphertext, so that the server's secret can change.
//
//   1 version · 8 key name · 12 nonce · text · 16 tag

import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Random } from "#runtime/base/random.ts";
import type { KeyRing } from "./key-ring.ts";

const VERSION = 1;
const NAME_BYTES = 8;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NAME_BYTES;

export interface Sealing {
  /** `about` is authenticated too: a text sealed about one user does not open about another. */
  seal(text: Uint8Array, about: string): Uint8Array;
  /** Null: not ours, about something else, changed, or sealed by a key that was removed. */
  open(sealed: Uint8Array, about: string): Uint8Array | null;
  /** Name of the current key, as in a sealed text from its second byte on. */
  readonly keyName: Uint8Array;
}

export function createSealing({ keys, random, purpose }: { keys: KeyRing; random: Random; purpose: string }): Sealing {
  const derived = new Map(keys.all.map((key) => [key.kid, key.derive(purpose)]));
  const keyName = new Uint8Array(Buffer.from(keys.current.kid, "hex"));
  const current = derived.get(keys.current.kid)!;

  return {
    keyName,
    seal(text, about) {
      const head = Buffer.concat([Uint8Array.of(VERSION), keyName]);
      const nonce = random.bytes(NONCE_BYTES);
      const cipher = createCipheriv("aes-256-gcm", current, nonce).setAAD(bound(head, about));
      return new Uint8Array(Buffer.concat([head, nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()]));
    },
    open(sealed, about) {
      if (sealed.length < HEAD_BYTES + NONCE_BYTES + TAG_BYTES || sealed[0] !== VERSION) return null;
      const head = sealed.subarray(0, HEAD_BYTES);
      const key = derived.get(Buffer.from(head.subarray(1)).toString("hex"));
      if (!key) return null;
      const nonce = sealed.subarray(HEAD_BYTES, HEAD_BYTES + NONCE_BYTES);
      const tag = sealed.subarray(-TAG_BYTES);
      const text = sealed.subarray(HEAD_BYTES + NONCE_BYTES, -TAG_BYTES);
      const options = { authTagLength: TAG_BYTES };
      const decipher = createDecipheriv("aes-256-gcm", key, nonce, options).setAAD(bound(head, about)).setAuthTag(tag);
      try {
        return new Uint8Array(Buffer.concat([decipher.update(text), decipher.final()]));
      } catch {
        return null; // The tag does not match: changed, or about something else.
      }
    },
  };
}

const bound = (head: Uint8Array, about: string) => Buffer.concat([head, Buffer.from(about)]);
