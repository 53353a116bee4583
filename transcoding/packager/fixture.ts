// For tests: real FFmpeg output, recorded once, and a packager that is fed with it.

import { ManualClock } from "#runtime/clock.ts";
import { ffmpegArgv } from "../ffmpeg/argv.ts";
import type { Rendition } from "../ladder.ts";
import { Packager, type PackagerOptions } from "./packager.ts";
import type { PackagerEvent, SavedMedia } from "./saved.ts";

export interface Recording {
  /** By rendition, in pieces of about what a socket gives. */
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
}

/** What an encoder would have published, as FLV. */
export async function publish(source: Source): Promise<Uint8Array> {
  const { seconds, fps = 30, keyframes = "expr:gte(t,n_forced*2)", size = "320x180", audio = true } = source;
  const { bframes = 2, audioRate = 48_000 } = source;
  return run([
    ...["-f", "lavfi", "-i", `testsrc2=s=${size}:r=${fps}:d=${seconds}`],
    ...(audio ? ["-f", "lavfi", "-i", `sine=r=${audioRate}:d=${seconds}`] : []),
    ...["-c:v", "libx264", "-preset", "ultrafast", "-bf", String(bframes), "-b_strategy", "0", "-sc_threshold", "0"],
    ...["-g", "100000", "-force_key_frames", keyframes, "-c:a", "aac", "-f", "flv", "pipe:1"],
  ]);
}

/** What our FFmpeg makes of a pull of that; `fromSeconds`: attached so late (it begins at the keyframe before). */
export async function pull(flv: Uint8Array, ladder: Rendition[], { fromSeconds = 0 } = {}): Promise<Recording> {
  const chunks: Recording["chunks"] = {};
  for (const rendition of ladder) {
    const argv = ffmpegArgv({ ffmpegPath: "ffmpeg", sourceUrl: "pipe:0", outputs: [{ rendition, url: "pipe:1" }] });
    const input = argv.indexOf("-i");
    const seek = fromSeconds > 0 ? ["-ss", String(fromSeconds)] : [];
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

async function run(args: string[], stdin?: Uint8Array): Promise<Uint8Array> {
  const child = Bun.spawn(["ffmpeg", "-v", "error", ...args], { stdin: stdin ?? "ignore", stdout: "pipe" });
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
  /** Feeds a part of a recording, renditions side by side, `onStep` after each piece. */
  feed(
    run: ReturnType<Packager["begin"]>,
    recording: Recording,
    options?: { from?: number; to?: number; onStep?: () => void },
  ): void;
}

/** A packager whose saves always succeed at once. `attempt` numbers begin at 1. */
export function bench(options: Partial<PackagerOptions> & { saves?: boolean } = {}): Bench {
  const clock = (options.clock as ManualClock | undefined) ?? new ManualClock();
  const events: PackagerEvent[] = [];
  let media: SavedMedia | null = options.resume ?? null;
  let attempts = 0;
  const packager = new Packager({
    broadcastId: "b1",
    epoch: 5,
    renditions: ["source"],
    resume: null,
    startNumber: 0,
    nextAttempt: () => ++attempts,
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
    feed(run, recording, { from = 0, to = 1, onStep } = {}) {
      const lanes = Object.entries(recording.chunks).map(([name, chunks]) => ({ sink: run.sink(name), chunks, at: 0 }));
      for (let step = 0; step <= 1000; step++)
        for (const lane of lanes) {
          const end = Math.floor((lane.chunks.length * step) / 1000);
          for (; lane.at < end; lane.at++) {
            const share = lane.at / lane.chunks.length;
            if (share < from || share >= to) continue;
            lane.sink.push(lane.chunks[lane.at]!);
            onStep?.();
          }
        }
    },
  };
}
