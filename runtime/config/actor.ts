// Settings of actor nodes: unit, default, and a reason to change each.

import { readLadder } from "./ladder.ts";
import { type Environment, Reader } from "./reader.ts";
import { readRecording } from "./recording.ts";
import { readRestreamNetworks, readRestreamSecrets } from "./restream.ts";
import { readRetention } from "./retention.ts";
import { readShared } from "./shared.ts";
import { readUploadProcessing } from "./uploads.ts";

/** One nginx-rtmp server. */
export interface Ingest {
  id: string;
  /** Streams are pulled from `<rtmpUrl>/<name>`; `rtmp://host:port/app`. */
  rtmpUrl: string;
  /** Its internal http block, with `/control` and `/stat`. */
  controlUrl: string;
}

/** Default of ENCODER_GRACE_MS. */
export const ENCODER_GRACE_MS = 90_000;

export type ActorConfig = ReturnType<typeof readActorConfig>;

/** Default length of parts. */
export const PART_TARGET_MS = 200;

/** `ladders`: words that LADDER may have. */
export function readActorConfig(env: Environment, { ladders }: { ladders: readonly string[] }) {
  const read = new Reader(env);
  return read.done({
    ...readShared(read),
    /** `http://host:port` at which edges reach the internal port. */
    address: read.url("INTERNAL_URL", ["http"], `http://127.0.0.1:${env.INTERNAL_PORT ?? 0}`),
    /** nginx-rtmp servers, `id=rtmp://host:port/app|http://host:port` separated by commas: address to pull streams from, and internal http
     *  block. */
    ingests: readIngests(read, "INGESTS"),
    /** Path of FFmpeg. */
    ffmpegPath: read.text("FFMPEG_PATH", "ffmpeg"),
    /** Folder of the sockets between FFmpeg and packager. Must be short: a socket's path has at most 107 bytes. */
    socketDir: read.text("SOCKET_DIR", "/tmp"),
    ...readLadder(read, ladders),
    uploads: readUploadProcessing(read),
    /** Wanted length of LL-HLS parts. Shorter parts are seen sooner and cost more requests: a viewer asks twice for each. */
    partMs: read.number("PART_TARGET_MS", PART_TARGET_MS, { min: 100, max: 1_000 }),
    /** Between two pictures of a live broadcast, for lists and link previews; 0 = none. Each takes 0.1 to 0.4 s of a core,
     *  most of it the start of FFmpeg. */
    thumbnailIntervalMs: read.number("THUMBNAIL_INTERVAL_MS", 10_000, { max: 3_600_000 }),
    /** Maximum number of FFmpeg processes. */
    slots: read.number("TRANSCODER_SLOTS", 40, { min: 1, max: 10_000 }),
    /** How long a broadcast waits for its encoder to come back. */
    graceMs: read.number("ENCODER_GRACE_MS", ENCODER_GRACE_MS, { min: 1_000, max: 3_600_000 }),
    /** Memory for encoders that this node pulls beside their owners, so that it can go on where one dies; 0: it pulls none, and asks no other
     *  node to. Each takes 15 s of its source. */
    secondsBytesMax: read.number("WARM_SECONDS_MB_MAX", 256, { max: 100_000 }) * 1024 * 1024,
    recording: readRecording(read),
    retention: readRetention(read),
    restreamSecrets: readRestreamSecrets(read),
    restreamNetworks: readRestreamNetworks(read),
    /** What an encoder may send; 0: no limit. */
    broadcastLimits: {
      /** Over 15 s. Protects the bandwidth of edges: each viewer of the source gets as much. */
      bitrateKbpsMax: read.number("BROADCAST_KBPS_MAX", 0, { max: 1_000_000 }),
      /** Pixels of the picture's longer side. The ladder pays for each pixel. */
      widthMax: read.number("BROADCAST_WIDTH_MAX", 0, { max: 65_536 }),
      /** Pixels of the picture's shorter side. */
      heightMax: read.number("BROADCAST_HEIGHT_MAX", 0, { max: 65_536 }),
      /** Ends what was left running. The encoder comes back as a preview. */
      durationMsMax: read.number("BROADCAST_MINUTES_MAX", 0, { max: 100_000 }) * 60_000,
    },
  });
}

/** `id=rtmp://host:port/app|http://host:port`, separated by commas: address to pull streams from, and internal http block of that nginx. */
function readIngests(read: Reader, name: string): Ingest[] {
  const ingests: Ingest[] = [];
  for (const part of read.list(name)) {
    const [, id, rtmpUrl, controlUrl] = /^([a-z0-9-]{1,32})=(rtmp:\/\/[^|]+)\|(https?:\/\/.+)$/.exec(part) ?? [];
    if (id && rtmpUrl && controlUrl) ingests.push({ id, rtmpUrl, controlUrl });
    else
      read.faults.push(`${name} must look like main=rtmp://127.0.0.1:1935/live|http://127.0.0.1:8080, not "${part}"`);
  }
  if (ingests.length === 0) read.faults.push(`${name} is missing`);
  return ingests;
}
