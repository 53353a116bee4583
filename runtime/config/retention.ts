// Settings of how long videos and the entries of rooms are kept: unit, default, and a reason to change each. 0 = no limit.

import type { Reader } from "./reader.ts";

export const readRetention = (read: Reader) => ({
  /** Days since the end of a broadcast, or since an upload, after which a video is deleted unless it is pinned. Default: never. */
  days: read.number("RETENTION_DAYS", 0),
  /** Bytes of all videos of one channel; over it its oldest are deleted unless they are pinned. Default: no limit. */
  bytes: read.number("RETENTION_BYTES", 0),
  /** Days after which the entries of a room are deleted. Default: never. */
  chatDays: read.number("CHAT_RETENTION_DAYS", 0),
});
