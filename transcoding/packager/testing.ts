// For tests: real FFmpeg output, recorded once, and a packager to feed it to.

import { ManualClock } from "#runtime/base/clock.ts";
import { ffmpegArgv, type Rendition } from "../testing-ffmpeg.ts";
import type { AttemptSinks } from "./attempt/sinks.ts";
import type { PackagerEvent, SavedMedia } from "./numbers/saved.ts";
import { Packager, type PackagerOptions } from "./packager.ts";

export interface Recording {
  /** By rendition, in chunks of about the size that a socket gives. */
  chunks: Record<string, Uint8Array[]>;
}

export interface Source {
  seconds: number;
  fps?: number;
  /** Expressions of FFmpeg's -force_key_frames; default every 2 s. */
  keyframes?: string;
  size?: string;
  audio?: boolean;
  bframes?: number;
  audioRate?: number;
  /** Seconds in which no pictures are sent, and no sound either if `audioToo`. */
  stall?: { from: number; to: number; audioToo: boolean };
}

/** The stream that an encoder would publish, as FLV. */
export async function publish(source: Source): Promise<Uint8Array> {
  const { seconds, fps = 30, keyframes = "expr:gte(t,n_forced*2)", size = "320x180", audio = true } = source;
  const { bframes = 2, audioRate = 48_000, stall } = source;
  // As encoders do on a slow network: pictures are encoded but not sent.
  const dropped = (rate: number) => `noise=drop='between(n,${stall && stall.from * rate},${stall && stall.to * rate})'`;
  const drop = stall ? ["-bsf:v", dropped(fps)] : [];
  const dropAudio = stall?.audioToo ? ["-bsf:a", dropped(audioRate / 1024)] : [];
  return run([
    ...["-f", "lavfi", "-i", `testsrc2=s=${size}:r=${fps}:d=${seconds}`],
    ...(audio ? ["-f", "lavfi", "-i", `sine=r=${audioRate}:d=${seconds}`] : []),
    ...["-c:v", "libx264", "-preset", "ultrafast", "-bf", String(bframes), "-b_strategy", "0", "-sc_threshold", "0"],
    ...drop,
    ...dropAudio,
    ...["-g", "100000", "-force_key_frames", keyframes, "-c:a", "aac", "-f", "flv", "pipe:1"],
  ]);
}

/** The output of our FFmpeg for a pull of that stream. `fromSeconds`: when the pull attached; it begins at the keyframe before. */
export async function pull(flv: Uint8Array, ladder: Rendition[], { fromSeconds = 0 } = {}): Promise<Recording> {
  const chunks: Recording["chunks"] = {};
  for (const rendition of ladder) {
    const argv = ffmpegArgv({ ffmpegPath: "ffmpeg", sourceUrl: "pipe:0", outputs: [{ rendition, url: "pipe:1" }] });
    const input = argv.indexOf("-i");
    const seek = fromSeconds > 0 ? ["-noaccurate_seek", "-ss", String(fromSeconds)] : [];
    const file = `${process.env.TMPDIR ?? "/tmp"}/pull-${Bun.randomUUIDv7()}.flv`;
    await Bun.write(file, flv);
    try {
      const out = await run(["-copyts", ...seek, "-i", file, ...argv.slice(input + 2)]);
      chunks[rendition.name] = pieces(out);
    } finally {
      await Bun.file(file).delete();
    }
  }
  return { chunks };
}

/** FFmpeg's standard output. */
export async function run(args: string[]): Promise<Uint8Array> {
  const child = Bun.spawn(["ffmpeg", "-v", "error", ...args], { stdout: "pipe" });
  return new Uint8Array(await new Response(child.stdout).arrayBuffer());
}

function pieces(bytes: Uint8Array): Uint8Array[] {
  const out: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 3000) out.push(bytes.subarray(at, at + 3000));
  return out;
}

export interface Bench {
  packager: Packager;
  clock: ManualClock;
  events: PackagerEvent[];
  saved(): SavedMedia | null;
  text(rendition: string, options?: { skip?: boolean }): Promise<string>;
}

/** A packager whose saves succeed at once. Takes begin at 1. */
export function bench(options: Partial<PackagerOptions> & { saves?: boolean; takes?: () => number } = {}): Bench {
  const clock = (options.clock as ManualClock | undefined) ?? new ManualClock();
  const events: PackagerEvent[] = [];
  let media: SavedMedia | null = options.resume ?? null;
  let takes = 0;
  const packager = new Packager({
    broadcastId: "b1",
    epoch: 5,
    renditions: ["source"],
    resume: null,
    startNumber: 0,
    nextTake: () => ++takes,
    ...options,
    clock,
    onEvent(event) {
      events.push(event);
      if (event.type === "closed") media = event.media;
      if (event.type === "opened" && options.saves !== false) packager.covered(event.number, clock.monoMs());
    },
  });
  return {
    packager,
    clock,
    events,
    saved: () => media,
    async text(rendition, { skip = false } = {}) {
      const answer = await packager.serving.playlist(rendition, { skip });
      if (answer?.type !== "playlist") throw new Error(`no playlist of ${rendition}`);
      return answer.text.replaceAll(/i[0-9a-f]{12}\.mp4/g, "iHASH.mp4");
    },
  };
}

/** Feeds a recording to an attempt, renditions in parallel, and calls `onStep` after each chunk. `from`, `to`: shares of the recording. */
export async function feed(
  attempt: AttemptSinks,
  { chunks }: Recording,
  options: { from?: number; to?: number; onStep?: () => Promise<void> | void } = {},
) {
  const { from = 0, to = 1, onStep } = options;
  const lanes = Object.entries(chunks).map(([name, list]) => ({ sink: attempt.sink(name), list, at: 0 }));
  const steps = Math.max(...lanes.map(({ list }) => list.length));
  for (let step = 1; step <= steps; step++)
    for (const lane of lanes)
      for (const end = Math.round((lane.list.length * step) / steps); lane.at < end; lane.at++) {
        const share = lane.at / lane.list.length;
        if (share < from || share >= to) continue;
        lane.sink.push(lane.list[lane.at]!);
        await onStep?.();
      }
}
