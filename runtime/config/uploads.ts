// Settings of uploads: what users may upload, and what processing it may cost.

import { tmpdir } from "node:os";
import type { Reader } from "./reader.ts";

const GB = 1024 * 1024 * 1024;
const HOUR_MS = 3_600_000;

/** Bytes of one upload. Set it for edges and actor nodes: both refuse what is larger. A node must have room for twice this. */
const uploadBytesMax = (read: Reader) => read.number("UPLOAD_BYTES_MAX", 20 * GB, { min: 1 });

/** For edges. */
export function readUploadLimits(read: Reader) {
  return {
    /** Of one file. A node must have room for it and for what is made of it, together about twice this. */
    bytesMax: uploadBytesMax(read),
    /** Uploads of one user that are not ready yet; 0 = no limit. */
    countPerUser: read.number("UPLOADS_PER_USER", 10),
    /** Bytes of all uploads of one user, as they are stored; 0 = no limit. */
    bytesPerUser: read.number("UPLOAD_BYTES_PER_USER", 100 * GB),
    /** An upload that is not complete after this time is given up, and its parts are removed. The lifecycle rule of the bucket must be longer. */
    expiresMs: read.number("UPLOAD_EXPIRES_MS", 72 * HOUR_MS, { min: 60_000, max: 30 * 24 * HOUR_MS }),
  };
}

/** For actor nodes. */
export function readUploadProcessing(read: Reader) {
  return {
    bytesMax: uploadBytesMax(read),
    /** Of a video, in hours. */
    durationMaxMs: read.number("UPLOAD_DURATION_MAX_MS", 12 * HOUR_MS, { min: 1_000, max: 36 * HOUR_MS }),
    /** Uploads that a node processes at once. Each takes as many cores as are free, with the lowest priority; more at once need more memory. */
    jobsMax: read.number("UPLOAD_JOBS", 1, { min: 1, max: 64 }),
    /** Address space of FFmpeg while it encodes one upload, libraries included: 8K HDR needs it. */
    memoryBytesMax: read.number("UPLOAD_MEMORY_BYTES", 4 * GB, { min: GB }),
    /** Threads of FFmpeg for one upload. */
    threads: read.number("UPLOAD_THREADS", 4, { min: 1, max: 64 }),
    /** Folder in which uploads are processed: it must have room for UPLOAD_JOBS files and for what is made of them. */
    scratchDir: read.text("UPLOAD_SCRATCH_DIR", tmpdir()),
    /** Path of FFprobe. */
    ffprobePath: read.text("FFPROBE_PATH", "ffprobe"),
  };
}
