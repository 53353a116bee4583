// A sealed box: anyone with the public key can close it, and only who has the secret can open it. X25519 (RFC 7748) with a key pair for each
// box, HKDF-SHA-256 (RFC 5869) and AES-256-GCM (NIST SP 800-38D); what HPKE (RFC 9180) does in its base mode.
//
//   1 version · 8 key name · 32 ephemeral public key · text · 16 tag

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from "node:crypto";
import type { Random } from "#runtime/base/random.ts";

const VERSION = 1;
const NAME_BYTES = 8;
export const PUBLIC_KEY_BYTES = 32;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NAME_BYTES + PUBLIC_KEY_BYTES;
/** The beginnings of PKCS #8 and SubjectPublicKeyInfo for X25519 (RFC 8410); the 32 bytes of the key follow. */
const PRIVATE_DER = Buffer.from("302e020100300506032b656e04220420", "hex");
const PUBLIC_DER = Buffer.from("302a300506032b656e032100", "hex");
/** Each box has a key of its own, so that the nonce need not differ. */
const NONCE = new Uint8Array(12);

export interface BoxOpener {
  /** Of the first secret, with which boxes are closed. */
  readonly publicKey: Uint8Array;
  /** Null: closed for another key, about something else, or changed. */
  open(box: Uint8Array, about: string): Uint8Array | null;
}

/** `secrets`: at least 32 characters each; the first one's public key is given out, all of them open. `purpose` keeps their keys apart from
 *  those that are derived for something else. */
export function createBoxOpener(secrets: readonly [string, ...string[]], purpose: string): BoxOpener {
  const pairs = secrets.map((secret) => {
    const seed = new Uint8Array(hkdfSync("sha256", secret, "", `twitchclone ${purpose}`, 32));
    return pairOf(seed);
  });
  const byName = new Map(pairs.map((pair) => [boxKeyName(pair.publicKey), pair]));
  return {
    publicKey: pairs[0]!.publicKey,
    open(box, about) {
      if (box.length < HEAD_BYTES + TAG_BYTES || box[0] !== VERSION) return null;
      const head = box.subarray(0, HEAD_BYTES);
      const pair = byName.get(Buffer.from(head.subarray(1, 1 + NAME_BYTES)).toString("hex"));
      if (!pair) return null;
      try {
        const ephemeral = head.subarray(1 + NAME_BYTES);
        const key = keyOf({ secret: pair.key, theirs: ephemeral, ephemeral, to: pair.publicKey });
        const decipher = createDecipheriv("aes-256-gcm", key, NONCE, { authTagLength: TAG_BYTES });
        decipher.setAAD(bound(head, about)).setAuthTag(box.subarray(-TAG_BYTES));
        return new Uint8Array(Buffer.concat([decipher.update(box.subarray(HEAD_BYTES, -TAG_BYTES)), decipher.final()]));
      } catch {
        return null; // The tag does not match, or the public key is none.
      }
    },
  };
}

interface Closing {
  publicKey: Uint8Array;
  text: Uint8Array;
  /** Authenticated too: a box about one thing does not open about another. */
  about: string;
  random: Random;
}

/** Throws for a public key that is none. */
export function closeBox({ publicKey, text, about, random }: Closing): Uint8Array {
  if (publicKey.length !== PUBLIC_KEY_BYTES) throw new TypeError("not a public key");
  const ephemeral = pairOf(random.bytes(32));
  const head = Buffer.concat([Uint8Array.of(VERSION), nameOf(publicKey), ephemeral.publicKey]);
  const key = keyOf({ secret: ephemeral.key, theirs: publicKey, ephemeral: ephemeral.publicKey, to: publicKey });
  const cipher = createCipheriv("aes-256-gcm", key, NONCE).setAAD(bound(head, about));
  return new Uint8Array(Buffer.concat([head, cipher.update(text), cipher.final(), cipher.getAuthTag()]));
}

function pairOf(seed: Uint8Array): { key: KeyObject; publicKey: Uint8Array } {
  const key = createPrivateKey({ key: Buffer.concat([PRIVATE_DER, seed]), format: "der", type: "pkcs8" });
  const der = createPublicKey(key).export({ format: "der", type: "spki" });
  return { key, publicKey: new Uint8Array(der.subarray(-PUBLIC_KEY_BYTES)) };
}

interface Agreement {
  secret: KeyObject;
  theirs: Uint8Array;
  ephemeral: Uint8Array;
  to: Uint8Array;
}

function keyOf({ secret, theirs, ephemeral, to }: Agreement): Uint8Array {
  const der = Buffer.concat([PUBLIC_DER, theirs]);
  const shared = diffieHellman({
    privateKey: secret,
    publicKey: createPublicKey({ key: der, format: "der", type: "spki" }),
  });
  return new Uint8Array(hkdfSync("sha256", shared, Buffer.concat([ephemeral, to]), "twitchclone sealed box", 32));
}

/** A public key's name: 16 hex characters. */
export const boxKeyName = (publicKey: Uint8Array) => nameOf(publicKey).toString("hex");

const nameOf = (publicKey: Uint8Array) => createHash("sha256").update(publicKey).digest().subarray(0, NAME_BYTES);

const bound = (head: Uint8Array, about: string) => Buffer.concat([head, Buffer.from(about)]);
