// Playback tokens: who may watch which channel until when, and as which session they are counted. Verified without a query.
//
//   1 grant · 16 channel · 4 playback version · 8 session · 4 expiry in s · 16 HMAC-SHA-256, cut (RFC 2104 §5); as base64url

import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Random } from "#runtime/base/random.ts";
import type { KeyRing } from "../identity/tokens/key-ring.ts";

/** Long enough for an evening, so that no player needs a second one. */
export const PLAYBACK_TOKEN_MS = 12 * 3_600_000;
/** `count`: names a session, no right. `watch`: the channel's media. `preview`: also what is not on air yet. */
const GRANTS = ["count", "watch", "preview"] as const;
export type Grant = (typeof GRANTS)[number];

const SIGNED_BYTES = 33;
const MAC_BYTES = 16;
export const PLAYBACK_TOKEN_LENGTH = Math.ceil(((SIGNED_BYTES + MAC_BYTES) * 4) / 3);
const SESSION_BYTES = 8;
/** A cached verification takes a tenth of the time of a new one. */
const CACHED_MAX = 20_000;

export interface PlaybackToken {
  channelId: string;
  grant: Grant;
  /** The channel's `playbackVersion` at the time of issue. */
  version: number;
  /** 16 hex characters. */
  session: string;
  expiresAtMs: number;
}

export interface PlaybackTokens {
  issue(given: Pick<PlaybackToken, "channelId" | "grant" | "version" | "session">): {
    text: string;
    expiresAtMs: number;
  };
  /** Null: not ours, or of another channel. An expired token is returned: its session still counts. */
  read(text: string, channelId: string): PlaybackToken | null;
  /** The session of someone who names themselves alike each time: equal on all edges, and different in each channel. */
  sessionOf(channelId: string, viewer: string): string;
  newSession(): string;
}

export function createPlaybackTokens(options: { keys: KeyRing; clock: Clock; random: Random }): PlaybackTokens {
  const { keys, clock, random } = options;
  const secrets = keys.all.map((key) => key.derive("playback-token"));
  const cached = new LruMap<string, PlaybackToken>(CACHED_MAX);
  const macOf = (secret: Uint8Array, signed: Uint8Array) =>
    createHmac("sha256", secret).update(signed).digest().subarray(0, MAC_BYTES);

  return {
    issue({ channelId, grant, version, session }) {
      const expiresAtS = Math.floor((clock.wallMs() + PLAYBACK_TOKEN_MS) / 1_000);
      const bytes = Buffer.alloc(SIGNED_BYTES + MAC_BYTES);
      bytes[0] = GRANTS.indexOf(grant);
      bytes.write(channelId.replaceAll("-", ""), 1, "hex");
      bytes.writeUInt32BE(version >>> 0, 17);
      bytes.write(session, 21, "hex");
      bytes.writeUInt32BE(expiresAtS, 29);
      macOf(secrets[0]!, bytes.subarray(0, SIGNED_BYTES)).copy(bytes, SIGNED_BYTES);
      return { text: bytes.toString("base64url"), expiresAtMs: expiresAtS * 1_000 };
    },
    read(text, channelId) {
      let token = cached.get(text) ?? null;
      if (!token) {
        token = verified(text);
        if (token) cached.set(text, token);
      }
      return token?.channelId === channelId ? token : null;
    },
    sessionOf(channelId, viewer) {
      const hash = createHmac("sha256", secrets[0]!).update(`session ${channelId} ${viewer}`).digest();
      return hash.subarray(0, SESSION_BYTES).toString("hex");
    },
    newSession: () => Buffer.from(random.bytes(SESSION_BYTES)).toString("hex"),
  };

  function verified(text: string): PlaybackToken | null {
    if (text.length !== PLAYBACK_TOKEN_LENGTH) return null;
    const bytes = Buffer.from(text, "base64url");
    // One spelling each: the last character has bits to spare.
    if (bytes.length !== SIGNED_BYTES + MAC_BYTES || bytes.toString("base64url") !== text) return null;
    const signed = bytes.subarray(0, SIGNED_BYTES);
    const mac = bytes.subarray(SIGNED_BYTES);
    if (!secrets.some((secret) => timingSafeEqual(macOf(secret, signed), mac))) return null;
    const grant = GRANTS[bytes[0]!];
    if (!grant) return null;
    const hex = bytes.subarray(1, 17).toString("hex");
    return {
      channelId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
      grant,
      version: bytes.readUInt32BE(17),
      session: bytes.subarray(21, 29).toString("hex"),
      expiresAtMs: bytes.readUInt32BE(29) * 1_000,
    };
  }
}
