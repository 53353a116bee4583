// The server's secrets and the keys derived from them: a current key, and others that are still accepted.
//
// A new secret takes three restarts: first every edge accepts it, then the edges use it and accept the old one, then the old one is
// removed. A key's name (`kid`) is derived from its secret, so that keys need no numbers.

import { createHmac, hkdfSync } from "node:crypto";

export interface ServerKey {
  /** 16 hex characters; reveals nothing of the secret. */
  kid: string;
  /** The only algorithm for tokens of this key, whatever their header says. */
  alg: "HS256";
  /** 32 bytes for one purpose (HKDF-SHA-256, RFC 5869): the key that signs tokens cannot open seals. */
  derive(purpose: string): Uint8Array;
  /** Only for keys that were derived before key rings existed. */
  secret: string;
}

export interface KeyRing {
  /** Signs and seals. */
  current: ServerKey;
  /** The current one first. */
  all: readonly ServerKey[];
  /** The key of this exact name. */
  byId(kid: string): ServerKey | undefined;
}

interface KeyRingOptions {
  /** JWT_SECRET, at least 32 characters. */
  secret: string;
  /** JWT_ACCEPTED_SECRETS. */
  accepted?: readonly string[];
}

export function createKeyRing({ secret, accepted = [] }: KeyRingOptions): KeyRing {
  const all = [...new Set([secret, ...accepted])].map(serverKey);
  const byId = new Map(all.map((key) => [key.kid, key]));
  return { current: all[0]!, all, byId: (kid) => byId.get(kid) };
}

function serverKey(secret: string): ServerKey {
  return {
    kid: createHmac("sha256", secret).update("kid").digest("hex").slice(0, 16),
    alg: "HS256",
    secret,
    derive: (purpose) => new Uint8Array(hkdfSync("sha256", secret, "", `twitchclone ${purpose}`, 32)),
  };
}
