// Refresh tokens: one family per device, each token derived from the one before.
//
// A token is family id (16 bytes), generation (4) and an HMAC-SHA-256 of both (32), as base64url. So the successor of a token is always
// the same (two tabs that refresh at once get one chain), a forged token is detected without a query, and a stolen old token still names
// the family that must end. The database stores hashes only.

import { createHash, createHmac } from "node:crypto";
import { constantTimeEqual } from "oslo/crypto";
import { base64url } from "oslo/encoding";
import type { KeyRing } from "../tokens/key-ring.ts";

export const REFRESH_TOKEN_MS = 30 * 24 * 3_600_000;
/** For this time after a rotation the previous token is answered with the same successor. */
export const REFRESH_GRACE_MS = 10_000;

const BYTES = 52;
const TEXT = /^[A-Za-z0-9_-]{70}$/;

export interface RefreshToken {
  /** Id of the device. */
  familyId: string;
  /** Sent to the client. */
  text: string;
  /** Stored. */
  hash: Uint8Array;
}

export interface RefreshTokens {
  /** The first token of a new family. */
  first(familyId: string): RefreshToken;
  /** A token that this server has issued, used or not. Null: never issued. */
  read(text: string): RefreshToken | null;
  /**
   * The possible successors: one for each key of the ring, the current key's first. Whichever is stored first is the successor, so that
   * during a change of the secret an edge with the other key still finds it.
   */
  successors(token: RefreshToken): RefreshToken[];
}

type Seal = (head: Uint8Array) => Uint8Array;

export function createRefreshTokens(keys: KeyRing): RefreshTokens {
  const seals = keys.all.map(({ secret }): Seal => {
    // A separate key, not the one that signs access tokens.
    const key = createHmac("sha256", secret).update("refresh-token").digest();
    return (head) => createHmac("sha256", key).update(head).digest();
  });

  return {
    first: (familyId) => make(seals[0]!, familyId, 0),
    read(text) {
      if (!TEXT.test(text)) return null;
      const bytes = Uint8Array.from(Buffer.from(text, "base64url"));
      const [head, seal] = [bytes.subarray(0, 20), bytes.subarray(20)];
      return seals.some((sealed) => constantTimeEqual(sealed(head), seal)) ? token(bytes) : null;
    },
    successors({ familyId, text }) {
      const generation = new DataView(Uint8Array.from(Buffer.from(text, "base64url")).buffer).getUint32(16);
      return seals.map((seal) => make(seal, familyId, (generation + 1) % 2 ** 32));
    },
  };
}

function make(seal: Seal, familyId: string, generation: number): RefreshToken {
  const bytes = new Uint8Array(BYTES);
  bytes.set(Buffer.from(familyId.replaceAll("-", ""), "hex"));
  new DataView(bytes.buffer).setUint32(16, generation);
  bytes.set(seal(bytes.subarray(0, 20)), 20);
  return token(bytes);
}

function token(bytes: Uint8Array): RefreshToken {
  const hex = Buffer.from(bytes.subarray(0, 16)).toString("hex");
  const familyId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  const text = base64url.encode(bytes, { includePadding: false });
  return { familyId, text, hash: new Uint8Array(createHash("sha256").update(bytes).digest()) };
}
