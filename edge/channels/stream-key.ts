// Stream keys: the secret that an encoder shows. A publish ticket is shown in its place, once.

import type { Random } from "#runtime/base/random.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const STREAM_KEY = /^live_[a-z2-7]{32}$/;
const PUBLISH_TICKET = /^once_[a-z2-7]{32}$/;

/** False for text that cannot be a stream key, so that no query is needed. */
export const isStreamKey = (text: string) => STREAM_KEY.test(text);
export const isPublishTicket = (text: string) => PUBLISH_TICKET.test(text);

/** 160 random bits as `live_` and 32 lower-case letters and digits: copying and RTMP clients cannot mangle it. */
export const newStreamKey = (random: Random) => `live_${secretOf(random)}`;
export const newPublishTicket = (random: Random) => `once_${secretOf(random)}`;

const secretOf = (random: Random) => Array.from(random.bytes(32), (byte) => ALPHABET[byte % ALPHABET.length]).join("");
