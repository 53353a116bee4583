// Challenges of the proof of work. A challenge is signed, not stored: a flood of questions costs no memory, and any edge can check the answer
// of another. What was used is remembered in Redis until it would have expired; while Redis is away, in this process.
//
//   4 expiry in s · 1 bits · 8 random · 16 HMAC-SHA-256 of these and of who asked for what, cut (RFC 2104 §5); as base64url

import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Random } from "#runtime/base/random.ts";
import { keys as redisKeys } from "#schema/redis/keys.ts";
import { CHALLENGE_MS, type Proof, proofText } from "#schema/wire/proof.ts";
import type { KeyRing } from "../../identity/tokens/key-ring.ts";
import type { Counts } from "../limits/counts.ts";

const SIGNED_BYTES = 13;
const MAC_BYTES = 16;
const USED_MAX = 20_000;

export interface Challenge {
  challenge: string;
  bits: number;
  expiresInMs: number;
}

interface ChallengesParts {
  keys: Pick<KeyRing, "all">;
  clock: Pick<Clock, "wallMs">;
  random: Pick<Random, "bytes">;
  counts: Counts;
}

export class Challenges {
  readonly #secrets: readonly Uint8Array[];
  readonly #used = new LruMap<string, true>(USED_MAX);

  constructor(private readonly parts: ChallengesParts) {
    this.#secrets = parts.keys.all.map((key) => key.derive("proof-of-work"));
  }

  /** `scope`: who asks for what, so that nobody solves challenges for others in advance. */
  issue(scope: string, bits: number): Challenge {
    const { clock, random } = this.parts;
    const signed = Buffer.alloc(SIGNED_BYTES);
    signed.writeUInt32BE(Math.floor((clock.wallMs() + CHALLENGE_MS) / 1_000));
    signed[4] = bits;
    signed.set(random.bytes(8), 5);
    const challenge = Buffer.concat([signed, mac(this.#secrets[0]!, signed, scope)]).toString("base64url");
    return { challenge, bits, expiresInMs: CHALLENGE_MS };
  }

  /** False: not ours, of another scope, expired, not solved, or used before. The cheap checks come first. */
  async accept(scope: string, { challenge, solution }: Proof): Promise<boolean> {
    const bytes = Buffer.from(challenge, "base64url");
    if (bytes.length !== SIGNED_BYTES + MAC_BYTES || bytes.toString("base64url") !== challenge) return false;
    const signed = bytes.subarray(0, SIGNED_BYTES);
    if (!this.#secrets.some((secret) => timingSafeEqual(mac(secret, signed, scope), bytes.subarray(SIGNED_BYTES))))
      return false;
    if (signed.readUInt32BE() * 1_000 <= this.parts.clock.wallMs()) return false;
    if (zeroBits(Bun.SHA256.hash(proofText(challenge, solution)) as Uint8Array) < signed[4]!) return false;
    return this.#isFirstUse(challenge);
  }

  async #isFirstUse(challenge: string): Promise<boolean> {
    if (this.#used.get(challenge)) return false;
    this.#used.set(challenge, true);
    const set = await this.parts.counts.ask(async (redis) => {
      const answer = await redis.set(redisKeys.usedChallenge(challenge), "1", "PX", CHALLENGE_MS, "NX");
      return answer === "OK" ? "first" : "again";
    });
    return set !== "again";
  }
}

const mac = (secret: Uint8Array, signed: Uint8Array, scope: string) =>
  createHmac("sha256", secret).update(signed).update(scope).digest().subarray(0, MAC_BYTES);

/** Bits of 0 at the beginning, up to 32. */
const zeroBits = (hash: Uint8Array) =>
  Math.clz32(((hash[0]! << 24) | (hash[1]! << 16) | (hash[2]! << 8) | hash[3]!) >>> 0);
