// For tests: recordings of real media, by the same statements as a recorder's.

import type { Init } from "#runtime/fmp4/init.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import {
  beginRecording,
  finishRecording,
  writeInit,
  writeRenditions,
  writeSegment,
} from "#schema/queries/videos/recording.ts";
import { madeChannel } from "#schema/queries/videos/testing.ts";
import { standFor, type TestDatabase } from "#schema/testing.ts";
import { MEDIA_OBJECT, videoKey } from "#schema/wire/video-keys.ts";
import { type CutSegment, cut } from "#transcoding/uploads/cut.ts";
import { AAC, ffmpeg, type Kitchen } from "../uploads/ingredients.ts";

/** Of one encoder: one colour throughout. */
export interface ColourSession {
  colour: string;
  seconds: number;
  size?: string;
  sound?: boolean;
  rendition?: string;
  /** Numbers that nobody has, 2 s each, before it. */
  skipped?: number;
}

const DATE_MS = 1_800_000_000_000;

/** A channel and a recording of these sessions that has ended, in segments of 2 s. The sessions of each rendition follow one another. */
export async function madeRecording(
  { stored, objects, kitchen }: { stored: TestDatabase; objects: Objects; kitchen: Kitchen },
  sessions: readonly ColourSession[],
) {
  const { sql } = stored.database;
  const videoId = Bun.randomUUIDv7();
  const { channelId, userId } = await madeChannel(sql, `u${videoId.slice(-12)}`);
  await standFor(stored.database, channelId);
  const owner = { videoId, channelId, epoch: 1 };
  await beginRecording(sql, { ...owner, firstNumber: 0 });
  const next = new Map<string, number>();
  for (const { rendition = "source", skipped = 0, ...session } of sessions) {
    let number = (next.get(rendition) ?? 0) + skipped;
    for (const { bytes, keyed, init, ...segment } of await encoded(kitchen, session)) {
      await objects.put(videoKey.init(videoId, rendition, init.hash), init.bytes, MEDIA_OBJECT);
      await writeInit(sql, videoId, { rendition, hash: init.hash, bytes: init.bytes.length });
      await objects.put(videoKey.segment(videoId, rendition, { number, epoch: 1 }), bytes, MEDIA_OBJECT);
      // The sound begins 23 ms before the picture, which FFmpeg makes the first picture longer by.
      const durationMs = Math.round(segment.durationMs / 1_000) * 1_000;
      const sha256 = new Uint8Array(new Bun.CryptoHasher("sha256").update(bytes).digest());
      await writeSegment(sql, videoId, {
        ...{ rendition, number, epoch: 1, atMs: DATE_MS + number * 2_000, durationMs, discontinuity: false, keyed },
        media: { initHash: init.hash, bytes: bytes.length, sha256 },
      });
      number++;
    }
    next.set(rendition, number);
    const [width, height] = sizeOf(session);
    const shown = {
      name: rendition,
      codecs: ["avc1.42c01e"],
      width,
      height,
      fps: 25,
      bandwidth: 1,
      averageBandwidth: 1,
    };
    await writeRenditions(sql, videoId, { renditions: [shown], targetDurationMs: 2_000 });
  }
  await finishRecording(sql, owner);
  return { videoId, channelId, userId, owner };
}

const sizeOf = ({ size = "320x180" }: Pick<ColourSession, "size">) => size.split("x").map(Number) as [number, number];

async function encoded(kitchen: Kitchen, { colour, seconds, size = "320x180", sound = true }: ColourSession) {
  const name = `${crypto.randomUUID()}.mp4`;
  const picture = ["-f", "lavfi", "-i", `color=${colour}:s=${size}:r=25:d=${seconds}`];
  const tone = sound ? ["-f", "lavfi", "-i", `sine=440:d=${seconds}`, ...AAC] : [];
  const video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "25", "-keyint_min", "25"];
  const fragmented = ["-movflags", "+empty_moov+default_base_moof+frag_keyframe", "-use_editlist", "0"];
  await ffmpeg(kitchen, ...picture, ...tone, ...video, ...fragmented, "-f", "mp4", name);
  const segments: (CutSegment & { init: Init })[] = [];
  let init: Init | null = null;
  await cut(Bun.file(`${kitchen.folder}/${name}`).stream() as unknown as AsyncIterable<Uint8Array>, {
    async init(made) {
      init = made;
    },
    async segment(segment) {
      segments.push({ ...segment, init: init! });
    },
  });
  return segments;
}
