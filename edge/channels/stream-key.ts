// Stream keys: what an encoder shows instead of a password.

import { base32 } from "oslo/encoding";
import type { Random } from "#runtime/base/random.ts";

const STREAM_KEY = /^live_[a-z2-7]{32}$/;

/** False: it cannot be one of ours, so nobody needs to look. */
export const isStreamKey = (text: string) => STREAM_KEY.test(text);

/** 160 random bits as `live_` and 32 lower-case letters and digits: nothing that a copy or an RTMP client could mangle. */
export const newStreamKey = (random: Random) => `live_${base32.encode(random.bytes(20)).toLowerCase()}`;
