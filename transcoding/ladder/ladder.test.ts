import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "#runtime/base/clock.ts";
import { MemoryProcesses } from "#runtime/process/process-memory.ts";
import { patient } from "#schema/testing-slowness.ts";
import { BEHIND_BYTES_MAX, type SessionTag } from "./feed.ts";
import type { LadderExit } from "./ladder.ts";
import { originFor } from "./origin.ts";
import { chooseRungs, type LadderSource, type RungName } from "./rungs.ts";
import { ptsOf, realLadder, sessionOf, until } from "./testing.ts";

setDefaultTimeout(patient(60_000));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tc-"));
});
afterAll(() => rm(folder, { recursive: true }));
const sockets = async () => (await readdir(folder)).filter((name) => name.endsWith(".sock"));

const choose = (source: Partial<LadderSource>, allowed: RungName[] = ["160p"]) =>
  chooseRungs({
    source: { width: 426, height: 240, fps: 30, playable: true, ...source },
    allowed,
    preset: "ultrafast",
  });

type Session = Awaited<ReturnType<typeof sessionOf>>;

/** Feeds a whole session; `segments`: begins that the packager tells. */
async function encode(
  { headers, tags }: Session,
  rungs: ReturnType<typeof choose>,
  { segments = [] as number[], atMs = 0 } = {},
) {
  const run = realLadder({ rungs, headers, socketDir: folder, atMs });
  const waiting = [...segments];
  for (const tag of tags) {
    if (tag.type === 9 && waiting.length > 0 && ptsOf(tag) >= waiting[0]! - 5)
      run.ladder.segmentBegins(waiting.shift()!);
    run.ladder.tag(tag);
  }
  const lastMs = Math.max(...tags.filter(({ type }) => type === 9).map(ptsOf));
  const reached = (name: string) => {
    const { pictures, sounds } = run.output(name);
    return (name === "audio" ? (sounds.at(-1) ?? 0) : (pictures.at(-1)?.ms ?? 0)) > lastMs - 700;
  };
  await until(() => rungs.every(({ name }) => reached(name)));
  await run.ladder.stop("ask");
  expect(rungs.every(({ name }) => run.output(name).ended)).toBe(true);
  expect(await sockets()).toEqual([]);
  return run;
}
const pictures = (tags: readonly SessionTag[]) => tags.filter(({ type }) => type === 9);
const keyframes = (tags: readonly SessionTag[]) =>
  pictures(tags)
    .filter(({ key }) => key)
    .map(ptsOf);
/** Each time is one of the others, up to a ms later. */
function expectSameTimes(got: readonly number[], wanted: readonly number[]) {
  expect(got).toHaveLength(wanted.length);
  for (const [n, ms] of got.entries()) expect([wanted[n]!, wanted[n]! + 1]).toContain(ms);
}

test("a rung decodes, has the pictures and the sound of the source at their times, and its keyframes", async () => {
  const session = await sessionOf({ seconds: 5 });
  const run = await encode(session, choose({}, ["160p", "audio"]));
  const rung = run.output("160p");
  expectSameTimes(rung.keyframes, keyframes(session.tags));
  expectSameTimes(
    rung.pictures.map(({ ms }) => ms),
    pictures(session.tags)
      .map(ptsOf)
      .sort((a, b) => a - b),
  );
  expect(await rung.decoded()).toEqual({ words: "", pictureForm: "Constrained Baseline,284,160,yuv420p" });
  const soundTimes = session.tags.filter(({ type }) => type === 8).map(({ atMs }) => atMs);
  for (const name of ["160p", "audio"]) {
    expect(run.output(name).sounds.length).toBeGreaterThan(50);
    for (const ms of run.output(name).sounds) expect(soundTimes).toContain(ms);
  }
  expect((await run.output("audio").decoded()).words).toBe("");
  expect(run.speeds.at(-1)?.lagMs ?? 0).toBeLessThan(patient(5_000));
});

test("x264's default of a keyframe every 10.4 s: keyframes there, between them on a grid, and where the packager cuts", async () => {
  const session = await sessionOf({ seconds: 12, fps: 24, video: ["-g", "250"] });
  const [first, second] = keyframes(session.tags);
  expect(second! - first!).toBe(10_417);
  const run = await encode(session, choose({ fps: 24 }), { segments: [4_000] });
  const marks = run.output("160p").keyframes.map((ms) => ms - first!);
  // The packager's begin at 4 s, with two B-frames: up to two pictures late.
  expect(marks[1]! + first! - 4_000).toBeGreaterThanOrEqual(-8);
  expect(marks[1]! + first! - 4_000).toBeLessThanOrEqual(125);
  expect(marks.some((ms) => Math.abs(ms - 10_417) <= 1)).toBe(true);
  for (const [n, ms] of marks.slice(1).entries()) expect(ms - marks[n]!).toBeLessThanOrEqual(4_050);
  expect((await run.output("160p").decoded()).words).toBe("");
});

test("intra refresh, without a keyframe but the first: keyframes where the packager begins segments", async () => {
  const session = await sessionOf({ seconds: 8, video: ["-g", "60", "-bf", "0", "-x264-params", "intra-refresh=1"] });
  expect(keyframes(session.tags)).toHaveLength(1);
  const segments = [3_021, 5_021, 7_021];
  const run = await encode(session, choose({ playable: false }), { segments });
  for (const name of ["240p", "160p"]) {
    const found = run.output(name).keyframes;
    expect(found).toHaveLength(4);
    for (const [n, ms] of segments.entries()) expect(Math.abs(found[n + 1]! - ms)).toBeLessThanOrEqual(34);
    expect((await run.output(name).decoded()).words).toBe("");
  }
});

test("a ladder that starts in the middle of intra refresh shows a picture", async () => {
  const whole = await sessionOf({ seconds: 9, video: ["-g", "30", "-bf", "0", "-x264-params", "intra-refresh=1"] });
  const session = { ...whole, tags: whole.tags.filter(({ atMs }) => atMs > 1_500) };
  expect(keyframes(session.tags)).toEqual([]);
  const run = await encode(session, choose({ playable: false }));
  expect(run.output("240p").pictures[0]).toMatchObject({ key: true });
  expect(run.output("240p").pictures.length).toBeGreaterThan(60);
  expect((await run.output("240p").decoded()).words).toBe("");
});

test("4:4:4 and 10 bit become what browsers play, in the source's own size", async () => {
  for (const form of ["yuv444p", "yuv422p", "yuv420p10le"]) {
    const session = await sessionOf({ seconds: 3, video: ["-g", "30", "-pix_fmt", form] });
    const run = await encode(session, choose({ playable: false }, ["160p"]));
    expectSameTimes(run.output("240p").keyframes, keyframes(session.tags));
    expect(await run.output("240p").decoded()).toEqual({
      words: "",
      pictureForm: "Constrained Baseline,426,240,yuv420p",
    });
    expect((await run.output("160p").decoded()).pictureForm).toContain("284,160,yuv420p");
  }
});

test("portrait at 59.94 pictures a second: the small rung has half of them, keyframes included", async () => {
  const session = await sessionOf({ seconds: 4, size: "240x426", fps: 60_000 / 1_001, video: ["-g", "120"] });
  const run = await encode(session, choose({ width: 240, height: 426, fps: 59.94 }));
  const rung = run.output("160p");
  expect((await rung.decoded()).pictureForm).toContain("160,284,yuv420p");
  expectSameTimes(rung.keyframes, keyframes(session.tags));
  const steps = rung.pictures.slice(1).map(({ ms }, n) => ms - rung.pictures[n]!.ms);
  expect(Math.min(...steps)).toBeGreaterThanOrEqual(31);
  expect(Math.max(...steps)).toBeLessThanOrEqual(35);
});

test("after weeks the times are still the session's", async () => {
  const fromMs = 2 ** 31 + 2 ** 30 + 123_456;
  const session = await sessionOf({ seconds: 3, fromMs });
  expect(originFor(fromMs)).toBe(2 ** 31 + 2 ** 30);
  const run = await encode(session, choose({}), { atMs: fromMs });
  expectSameTimes(run.output("160p").keyframes, keyframes(session.tags));
  expect(run.output("160p").sounds[0]).toBeGreaterThanOrEqual(fromMs);
});

test("an FFmpeg that is killed is reported once, with its sinks ended; a stop is not", async () => {
  const { headers, tags } = await sessionOf({ seconds: 3 });
  const run = realLadder({ rungs: choose({}), headers, socketDir: folder });
  for (const tag of tags) run.ladder.tag(tag);
  await until(() => run.output("160p").pictures.length > 10);
  run.started[0]!.signal("SIGKILL");
  expect(await run.exit).toMatchObject({ reason: "exited", code: null, encoded: true });
  expect(run.output("160p").ended).toBe(true);
  for (const tag of tags) run.ladder.tag(tag); // Goes nowhere.
  await run.ladder.stop("ask");
  expect(await sockets()).toEqual([]);
});

test("a ladder that is stopped tells no speed while it ends, as its owner may count it as gone", async () => {
  const { headers, tags } = await sessionOf({ seconds: 3 });
  const run = realLadder({ rungs: choose({}), headers, socketDir: folder });
  for (const tag of tags) run.ladder.tag(tag);
  await until(() => run.speeds.length > 0);
  run.started[0]!.signal("SIGSTOP"); // It takes the stop 1.7 s to end this one.
  const stopped = run.ladder.stop("ask");
  const told = run.speeds.length;
  await stopped;
  expect(run.speeds.length).toBe(told);
});

test("a stopped FFmpeg (SIGSTOP) is fed no more than the limit", async () => {
  const { headers, tags } = await sessionOf({ seconds: 2, video: ["-g", "30", "-qp", "0"] });
  const run = realLadder({ rungs: choose({}), headers, socketDir: folder });
  run.started[0]!.signal("SIGSTOP");
  const input = run.started[0]!.input!;
  let offered = 0;
  let mostHeld = 0;
  for (let round = 0; offered < 8 * BEHIND_BYTES_MAX; round++)
    for (const tag of tags) {
      run.ladder.tag({ ...tag, atMs: tag.atMs + round * 2_000 });
      offered += tag.body.length;
      mostHeld = Math.max(mostHeld, input.heldBytes);
    }
  const largest = Math.max(...tags.map(({ body }) => body.length)) + 15;
  expect(mostHeld).toBeGreaterThan(BEHIND_BYTES_MAX / 2);
  expect(mostHeld).toBeLessThanOrEqual(BEHIND_BYTES_MAX + largest);
  await run.ladder.stop("kill");
  expect((await run.started[0]!.exited).signal).toBe("SIGKILL");
});

/** With processes and time in memory. */
function imagined(options: Partial<Parameters<typeof realLadder>[0]> = {}) {
  const clock = new ManualClock();
  const processes = new MemoryProcesses();
  const headers = { video: Uint8Array.of(0x17, 0, 0, 0, 0), audio: null };
  const run = realLadder({ rungs: choose({}), headers, socketDir: folder, clock, processes, ...options });
  let exit: LadderExit | null = null;
  void run.exit.then((told) => {
    exit = told;
  });
  const picture = (atMs: number, key = false) =>
    run.ladder.tag({ type: 9, atMs, body: Uint8Array.of(key ? 0x17 : 0x27, 1, 0, 0, 0, 9, 9), header: false, key });
  return { ...run, clock, processes, picture, exitNow: () => exit };
}

test("an FFmpeg that is fed and has no output is killed; one that is not fed is left alone", async () => {
  const { clock, processes, picture, exitNow } = imagined();
  await clock.settle(60_000, 500);
  picture(1_000, true);
  await clock.settle(60_000, 500);
  expect([processes.started[0]!.signals, exitNow()]).toEqual([[], null]);
  for (let ms = 1_500; ms < 25_000; ms += 500) {
    picture(ms);
    await clock.settle(500, 500);
  }
  expect(processes.started[0]!.signals).toEqual(["SIGKILL"]);
  expect(exitNow()).toMatchObject({ reason: "hung", encoded: false, lastErrors: ["hung: fed, but no output"] });
});

test("a stop asks by the end of input, then SIGTERM, then SIGKILL, and reports nothing", async () => {
  const { clock, processes, ladder, exitNow } = imagined();
  const stopped = ladder.stop("ask");
  await clock.settle(690);
  expect([processes.started[0]!.input!.ended, processes.started[0]!.signals]).toEqual([true, []]);
  await clock.settle(20);
  expect(processes.started[0]!.signals).toEqual(["SIGTERM"]);
  await clock.settle(1_100);
  expect(processes.started[0]!.signals).toEqual(["SIGTERM", "SIGKILL"]);
  await Promise.all([stopped, ladder.stop("kill")]);
  expect(exitNow()).toBeNull();
});

test("a session that outlives FLV's times ends the run, to be started anew at once", async () => {
  const { clock, picture, exitNow } = imagined();
  picture(1_000, true);
  picture(2 ** 31);
  await clock.settle(1_000);
  expect(exitNow()).toMatchObject({ reason: "worn" });
});

test("a socket that cannot be made is an exit, told after the ladder is returned", async () => {
  const { exitNow, exit } = imagined({ socketDir: join(folder, "x".repeat(120)) });
  expect(exitNow()).toBeNull();
  expect(await exit).toMatchObject({ reason: "exited", code: null, encoded: false, lastErrors: [expect.any(String)] });
});

test("output that is no MP4 ends the run", async () => {
  const { clock, processes, exit } = imagined();
  const { argv } = processes.started[0]!.options;
  const garbage = new Uint8Array(64).fill(65);
  const socket = await Bun.connect({ unix: argv.at(-1)!.slice("unix:".length), socket: { data() {} } });
  socket.write(garbage);
  await until(() => processes.started[0]!.signals.length > 0);
  await clock.settle(1_000, 100);
  expect((await exit).reason).toBe("unreadable");
});
