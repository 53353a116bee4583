// For tests only: recordings of real sessions, made and decoded by FFmpeg. The brightness of each picture says its number.

import { tmpdir } from "node:os";
import { join } from "node:path";
import { boxes } from "#runtime/fmp4/box.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import type { Sql } from "#schema/database.ts";
import { madeVideo } from "#schema/queries/videos/testing.ts";
import { videoKey } from "#schema/wire/video-keys.ts";

export const FPS = 25;
const SEGMENT_S = 2;
/** Pictures until the brightness begins again. */
const SHADES = 50;

export interface TestSession {
  seconds: number;
  size?: string;
  /** Its clock begins here. */
  startS?: number;
  /** Wall time between the end of the session before and its beginning, as gaps. */
  gapS?: number;
}

async function run(argv: string[]): Promise<{ out: Uint8Array<ArrayBuffer>; complaints: string }> {
  const child = Bun.spawn(argv, { stdout: "pipe", stderr: "pipe", stdin: "ignore" });
  const [out, complaints] = await Promise.all([new Response(child.stdout).bytes(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${argv[0]}: ${complaints}`);
  return { out, complaints };
}

const FFMPEG = ["ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "warning"];

interface MadeSession {
  init: Uint8Array;
  segments: Uint8Array[];
}

/** fMP4 segments with B-frames and sound, without edit lists, as our ladder has them made. */
export async function makeSession({ seconds, size = "160x90", startS = 0 }: TestSession): Promise<MadeSession> {
  const picture = `color=black:s=${size}:r=${FPS},geq=lum='16+4*mod(N\\,${SHADES})':cb=128:cr=128,setsar=1`;
  const { out } = await run([
    ...FFMPEG,
    ...["-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"],
    ...["-t", String(seconds), "-output_ts_offset", String(startS)],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", String(FPS * SEGMENT_S), "-sc_threshold", "0"],
    ...["-pix_fmt", "yuv420p", "-qp", "10", "-c:a", "aac"],
    ...["-f", "mp4", "-movflags", "+empty_moov+default_base_moof+frag_keyframe+frag_discont+skip_trailer"],
    ...["-use_editlist", "0", "-avoid_negative_ts", "disabled", "-video_track_timescale", "90000", "-"],
  ]);
  const found = [...boxes(out, 0, out.length)];
  const moov = found.find(({ type }) => type === "moov")!;
  const moofs = found.filter(({ type }) => type === "moof").map(({ start }) => start - 8);
  const segments = moofs.map((at, i) =>
    out.slice(at, moofs[i + 1] ?? found.findLast(({ type }) => type === "mdat")!.end),
  );
  return { init: out.slice(0, moov.end), segments };
}

export const hashOf = (bytes: Uint8Array) => new Bun.CryptoHasher("sha256").update(bytes).digest("hex").slice(0, 12);

/** A finished recording of these sessions, with its objects. Returns its id. */
export async function recordedVideo(
  { sql, objects, channelId }: { sql: Sql; objects: Pick<Objects, "put">; channelId: string },
  sessions: readonly TestSession[],
): Promise<string> {
  const made = await Promise.all(sessions.map(makeSession));
  const id = await madeVideo(sql, channelId, {
    title: "Nuts & “bolts”",
    sessions: made.map(({ init, segments }, i) => {
      const { gapS = 0 } = sessions[i]!;
      const gap = gapS > 0 ? { afterMs: gapS * 1_000, gaps: 1 } : {};
      return { segments: segments.length, durationMs: SEGMENT_S * 1_000, init: hashOf(init), ...gap };
    }),
  });
  const type = { contentType: "video/mp4" };
  let number = 0;
  for (const [i, { init, segments }] of made.entries()) {
    if (sessions[i]!.gapS) number++;
    await objects.put(videoKey.init(id, "source", hashOf(init)), init, type);
    for (const bytes of segments) {
      await objects.put(videoKey.segment(id, "source", { number, epoch: i + 1 }), bytes, type);
      await sql`UPDATE video_segments SET bytes = ${bytes.length} WHERE video_id = ${id} AND number = ${number}`;
      number++;
    }
  }
  return id;
}

/** Of the encoder that writes one pixel a picture. */
const OF_TINY_PICTURES = /^The bitrate parameter is set too low.*\n/m;

export interface Decoded {
  /** Numbers of the pictures, from their brightness. */
  pictures: number[];
  soundMs: number;
  /** Of the whole file as its head says. */
  durationMs: number;
  complaints: string;
}

export async function decoded(file: Uint8Array): Promise<Decoded> {
  const path = join(tmpdir(), `decoded-${crypto.randomUUID()}.mp4`);
  await Bun.write(path, file);
  try {
    const gray = [
      "-vf",
      "scale=1:1:flags=area,setsar=1,format=gray",
      "-fps_mode",
      "passthrough",
      "-f",
      "rawvideo",
      "-",
    ];
    const video = await run([...FFMPEG, "-i", path, "-map", "0:v", ...gray]);
    const sound = await run([...FFMPEG, "-i", path, "-map", "0:a", "-ac", "1", "-f", "s16le", "-"]);
    const probe = await run(["ffprobe", "-v", "warning", "-show_entries", "format=duration", "-of", "json", path]);
    const { format } = JSON.parse(new TextDecoder().decode(probe.out)) as { format: { duration: string } };
    return {
      pictures: [...video.out].map((gray) => Math.round((gray * 219) / 255 / 4) % SHADES),
      soundMs: sound.out.length / 2 / 48,
      durationMs: Number(format.duration) * 1_000,
      complaints: [video, sound, probe].map(({ complaints }) => complaints.replace(OF_TINY_PICTURES, "")).join(""),
    };
  } finally {
    await Bun.file(path).delete();
  }
}

/** Numbers of pictures from one to another, the last one not included. */
export const pictures = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => (from + i) % SHADES);
