// An aggregate message (RTMP 1.0 §7.1.6): several FLV tags in one message.

import { flvTimestamp, u24 } from "../../bytes.ts";
import type { RtmpMessage } from "./message.ts";

const TAG_HEADER_BYTES = 11;
/** The size of a tag follows it. */
const BACK_POINTER_BYTES = 4;

/** The messages within; the first has the time of the aggregate, the others keep their distance to it. What is cut off is left out. */
export function* messagesOf({ timestamp, body }: RtmpMessage): Generator<RtmpMessage> {
  let firstMs: number | null = null;
  for (let at = 0; at + TAG_HEADER_BYTES <= body.length; ) {
    const length = u24(body, at + 1);
    const end = at + TAG_HEADER_BYTES + length;
    if (end > body.length) return;
    const ownMs = flvTimestamp(body, at + 4);
    firstMs ??= ownMs;
    const bytes = body.slice(at + TAG_HEADER_BYTES, end);
    yield { type: body[at]!, timestamp: (timestamp + ownMs - firstMs) >>> 0, body: bytes };
    at = end + BACK_POINTER_BYTES;
  }
}
