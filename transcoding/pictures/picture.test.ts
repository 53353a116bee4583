// One picture: the command line, the bounds, and real FFmpeg with keyframes that are whole, odd and corrupt.

import { expect, setDefaultTimeout, test } from "bun:test";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { MemoryProcesses } from "#runtime/process/process-memory.ts";
import { patient } from "#schema/testing-slowness.ts";
import type { Keyframe } from "../packager/shelf/shelf.ts";
import { bench, feed, publish, pull, run } from "../packager/testing.ts";
import { ladder } from "../testing-ffmpeg.ts";
import { levelIn, pictureArgv } from "./arguments.ts";
import { splitJpegs } from "./jpeg.ts";
import { takePicture } from "./picture.ts";

setDefaultTimeout(patient(30_000));

const KEYFRAME: Keyframe = { init: Uint8Array.of(1, 2), fragment: Uint8Array.of(3), newest: () => [] };
/** A frame of this size, an empty scan, an end. */
const jpeg = (width: number) =>
  Uint8Array.fromHex(`ffd8ffc0000b080010${width.toString(16).padStart(4, "0")}01011100ffda0008010100003f00ffd9`);

test("FFmpeg gets one keyframe and writes both sizes, each made from the wider one, never larger than the source", () => {
  const scale = (width: number) =>
    `scale=w='min(${width},min(iw*sar,${width * 2}*dar))':h='max(1,round(ow/dar))',setsar=1`;
  expect(pictureArgv({ ffmpegPath: "/opt/ffmpeg", sound: false })).toEqual([
    ...["/opt/ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error"],
    ...["-threads", "1", "-skip_frame", "nokey", "-max_pixels", "40000000", "-f", "mp4", "-i", "pipe:0"],
    ...["-filter_complex_threads", "1", "-filter_complex"],
    `[0:v:0]${scale(1280)},format=yuvj420p,split=2[w1280][to320];[to320]${scale(320)}[w320]`,
    ...["-map", "[w320]", "-map", "[w1280]"],
    ...["-frames:v", "1", "-threads:v", "1", "-c:v", "mjpeg", "-q:v", "5", "-f", "image2pipe", "pipe:1"],
  ]);
});

function inMemory(keyframe = KEYFRAME) {
  const clock = new ManualClock();
  const processes = new MemoryProcesses();
  const running = takePicture(keyframe, { clock, processes, ffmpegPath: "ffmpeg" });
  const ffmpeg = processes.started[0]!;
  const write = (bytes: Uint8Array) => ffmpeg?.options.onOutput?.(bytes);
  const end = (code = 0) => {
    ffmpeg.end({ code, signal: null });
    ffmpeg.options.onOutputEnd?.();
  };
  return { clock, running, processes, ffmpeg, write, end };
}

test("a large keyframe is made without the sound of its second, which would be too much for one FFmpeg", () => {
  const init = new TextEncoder().encode("hdlr soun");
  const keyframe = (megabytes: number): Keyframe => ({
    init,
    fragment: new Uint8Array(megabytes * 2 ** 20),
    newest: () => [new Uint8Array(3 * 2 ** 20)],
  });
  const inputBytes = (megabytes: number) =>
    inMemory(keyframe(megabytes)).ffmpeg.input!.chunks.reduce((sum, { length }) => sum + length, -init.length);
  expect(inputBytes(4)).toBe(7 * 2 ** 20);
  expect(inputBytes(6)).toBe(6 * 2 ** 20);
});

test("what comes out in pieces, and after the exit, is put together", async () => {
  const { running, ffmpeg, write, clock } = inMemory();
  expect(Buffer.concat(ffmpeg.input!.chunks).toHex()).toBe("010203");
  expect(ffmpeg.input!.ended).toBe(true);
  expect(ffmpeg.options.background).toEqual({ addressSpaceBytesMax: 1024 ** 3 });
  write(jpeg(320).subarray(0, 10));
  ffmpeg.end({ code: 0, signal: null });
  await clock.settle();
  write(jpeg(320).subarray(10));
  write(jpeg(1280));
  ffmpeg.options.onOutputEnd?.();
  expect(await running.outcome).toEqual({
    type: "made",
    soundDb: null,
    picture: new Map([
      [320, jpeg(320)],
      [1280, jpeg(1280)],
    ]),
  });
  expect(clock.waiting).toBe(0);
});

test.each([
  ["nothing", []],
  ["one picture", [jpeg(320)]],
  ["three pictures", [jpeg(320), jpeg(1280), jpeg(1280)]],
  ["half a picture", [jpeg(320), jpeg(1280).subarray(0, 20)]],
  ["a picture that is too wide", [jpeg(321), jpeg(1280)]],
])("%s is a failure, with FFmpeg's last words", async (_what, pictures) => {
  const { running, ffmpeg, write, end } = inMemory();
  for (const picture of pictures) write(picture);
  for (const line of ["first", "x".repeat(500)]) ffmpeg.options.onErrorLine?.(line);
  end(1);
  expect(await running.outcome).toEqual({ type: "failed", detail: "x".repeat(300) });
});

test("an FFmpeg that does not end is killed after 8 s, one that writes too much at once", async () => {
  const late = inMemory();
  await late.clock.settle(7_900, 100);
  expect(late.ffmpeg.signals).toEqual([]);
  await late.clock.settle(200, 100);
  expect(late.ffmpeg.signals).toEqual(["SIGKILL"]);
  expect(await late.running.outcome).toEqual({ type: "late", detail: "no picture within 8000 ms" });
  const large = inMemory();
  for (let n = 0; n < 5; n++) large.write(new Uint8Array(1024 * 1024));
  expect(large.ffmpeg.signals).toEqual(["SIGKILL"]);
  expect(await large.running.outcome).toEqual({ type: "failed", detail: "too many bytes" });
  expect(large.clock.waiting).toBe(0);
});

test("a keyframe that is too large starts no FFmpeg", async () => {
  const { running, processes } = inMemory({ ...KEYFRAME, fragment: new Uint8Array(8 * 1024 * 1024) });
  expect(await running.outcome).toMatchObject({ type: "failed" });
  expect(processes.started).toEqual([]);
});

test("a program that cannot be started is a failure, and stop kills a running one", async () => {
  const spawn = () => {
    throw new Error("no such file");
  };
  const options = { clock: new ManualClock(), processes: { spawn }, ffmpegPath: "nowhere" };
  expect(await takePicture(KEYFRAME, options).outcome).toMatchObject({ type: "failed" });
  const { running, ffmpeg, clock } = inMemory();
  await running.stop();
  expect([ffmpeg.signals, clock.waiting]).toEqual([["SIGKILL"], 0]);
  expect(await running.outcome).toMatchObject({ type: "stopped" });
});

/** FFmpeg has the lowest priority, and other tests may keep both cores. */
const withinMs = patient(60_000);
const take = (keyframe: Keyframe) =>
  takePicture(keyframe, { processes: systemProcesses, clock: systemClock, ffmpegPath: "ffmpeg", withinMs }).outcome;
const sizesOf = async (keyframe: Keyframe) => {
  const outcome = await take(keyframe);
  if (outcome.type !== "made") throw new Error(`${outcome.type}: ${outcome.detail}`);
  return [...outcome.picture.values()].map((bytes) => {
    const [jpeg, ...more] = splitJpegs(bytes) ?? [];
    expect(more).toEqual([]);
    return `${jpeg?.width}x${jpeg?.height}`;
  });
};

/** What the packager keeps of a source that our own muxer's like has written. */
async function packaged(size: string, { audio = true } = {}): Promise<Keyframe[]> {
  const { packager } = bench();
  await feed(
    packager.begin({ session: "s", attempt: 1, baseMs: 0 }),
    await pull(await publish({ seconds: 3, size, fps: 5, audio }), ladder("none")),
  );
  return packager.keyframes;
}

test("real FFmpeg makes both sizes of the newest keyframe that a packager has, from the bytes of that picture alone", async () => {
  const [keyframe, ...others] = await packaged("1920x1080");
  expect(others).toEqual([]);
  expect(await sizesOf(keyframe!)).toEqual(["320x180", "1280x720"]);
  // Of the last GOP, which began at 2 s, the first picture.
  const file = Buffer.concat([keyframe!.init, keyframe!.fragment]);
  const path = `${process.env.TMPDIR ?? "/tmp"}/keyframe-${Bun.randomUUIDv7()}.mp4`;
  await Bun.write(path, file);
  try {
    const probe = Bun.spawn(
      [
        "ffprobe",
        "-v",
        "error",
        "-select_streams",
        "v",
        "-show_entries",
        "packet=pts_time,flags",
        "-of",
        "csv=p=0",
        path,
      ],
      { stdout: "pipe" },
    );
    const packets = (await new Response(probe.stdout).text()).trim().split("\n");
    expect(packets).toHaveLength(1);
    expect(packets[0]).toMatch(/^2\.\d+,K/);
  } finally {
    await Bun.file(path).delete();
  }
});

test("the level of the newest second of sound is told in dB below full scale, and none where there is no sound", async () => {
  const [keyframe] = await packaged("320x180");
  expect(keyframe!.newest().length).toBeGreaterThan(0);
  // FFmpeg's `sine` has an eighth of the full scale: -18 dB, and -21 as RMS.
  const outcome = await take(keyframe!);
  expect(outcome).toMatchObject({ type: "made" });
  expect((outcome as { soundDb: number }).soundDb).toBeCloseTo(-21.1, 0);
  const [mute] = await packaged("320x180", { audio: false });
  expect(await take(mute!)).toMatchObject({ type: "made", soundDb: null });
  expect(["lavfi.astats.Overall.RMS_level=-inf", "frame:3 pts:1"].map(levelIn)).toEqual([-100, null]);
});

test.each([
  ["a small source keeps its size", "200x112", ["200x112", "200x112"]],
  ["a portrait is at most twice as high as wide", "720x1280", ["320x569", "720x1280"]],
  ["a tower is narrower", "64x640", ["64x640", "64x640"]],
])("%s", async (_what, size, sizes) => {
  const [keyframe] = await packaged(size);
  expect(await sizesOf(keyframe!)).toEqual(sizes);
});

test("pixels that are not square are drawn with the shape that players show", async () => {
  const bytes = await run([
    ...[
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=720x576:r=25:d=1",
      "-vf",
      "setsar=64/45",
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
    ],
    ...["-frames:v", "1", "-movflags", "+empty_moov+default_base_moof+frag_keyframe", "-f", "mp4", "pipe:1"],
  ]);
  expect(await sizesOf({ init: new Uint8Array(), fragment: bytes, newest: () => [] })).toEqual(["320x180", "1024x576"]);
});

test("a corrupt keyframe gives no picture, or the picture of what is left, and never more than an outcome", async () => {
  const [keyframe] = await packaged("640x360");
  const { init, fragment, newest } = keyframe!;
  const noise = fragment.slice();
  const mdat = fragment.length - 2_000;
  for (let at = mdat; at < fragment.length; at++) noise[at] = (at * 7919) & 255;
  for (const broken of [fragment.subarray(0, 200), new Uint8Array(5_000), new Uint8Array()])
    expect((await take({ init, fragment: broken, newest: () => [] })).type).toBe("failed");
  expect((await take({ init: new Uint8Array(100), fragment, newest })).type).toBe("failed");
  expect(["made", "failed"]).toContain((await take({ init, fragment: noise, newest })).type);
});
