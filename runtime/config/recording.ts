// Settings of recordings: unit, default, and a reason to change each.

import type { Reader } from "./reader.ts";

export const readRecording = (read: Reader) => ({
  /** What is kept of a broadcast: all its renditions, or the source alone, which needs about half of the room. */
  renditions: read.oneOf("RECORD_RENDITIONS", ["all", "source"] as const, "all"),
  /** Folder in which segments wait while the object store is away. It should outlive the process, and be the machine's or container's own. */
  spoolDir: read.text("SPOOL_DIR", "/tmp/twitchclone-spool"),
  /** Bytes that may wait there, for each actor node: 45 minutes of 6 Mbit/s. What comes above it is a gap in the recording. */
  spoolBytesMax: read.number("SPOOL_BYTES_MAX", 2 * 1024 ** 3, { max: 2 ** 50 }),
});
