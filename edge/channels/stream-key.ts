// Stream keys: what an encoder shows instead of a password.

import type { Random } from "#runtime/base/random.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const STREAM_KEY = /^live_[a-z2-7]{32}$/;

/** False: it cannot be one of ours, so nobody needs to look. */
export const isStreamKey = (text: string) => STREAM_KEY.test(text);

/** 160 random bits as `live_` and 32 lower-case letters and digits: nothing that a copy or an RTMP client could mangle. */
export const newStreamKey = (random: Random) =>
  `live_${Array.from(random.bytes(32), (byte) => ALPHABET[byte % ALPHABET.length]).join("")}`;
