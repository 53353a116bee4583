// The server's secrets, and the keys drawn from them: one that is used, others that still count.
//
// Changing the secret in three restarts: the new one is accepted everywhere, then it is used and the old one accepted, then
// the old one goes. A key is named by its `kid`, which follows from the secret: nobody has to number them.

import { createHmac, hkdfSync } from "node:crypto";

export interface ServerKey {
  /** 16 hex characters; says nothing about the secret. */
  kid: string;
  /** What tokens of this key are signed with: this and nothing else, whatever their header says. */
  alg: "HS256";
  /** 32 bytes for one purpose only: what signs tokens opens no seals (HKDF-SHA-256, RFC 5869). */
  derive(purpose: string): Uint8Array;
  /** For what was drawn before there was a ring. */
  secret: string;
}

export interface KeyRing {
  /** Signs and seals. */
  current: ServerKey;
  /** The current one first. */
  all: readonly ServerKey[];
  /** By exact name; a name is never a path, an address or a query. */
  byId(kid: string): ServerKey | undefined;
}

export interface KeyRingOptions {
  /** JWT_SECRET, 32 characters at least. */
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
