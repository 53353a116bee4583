import { expect, test } from "bun:test";
import fc from "fast-check";
import { patient } from "#schema/testing-slowness.ts";
import type { Run } from "../fmp4/fragment-writer.ts";
import { parseAsc } from "./flv/aac-config.ts";
import { SILENT_CONFIG, silentFrame } from "./silent-aac.ts";
import { SoundLine } from "./sound-line.ts";

const TRACK = {
  id: 2,
  kind: "audio" as const,
  timescale: 48_000,
  codec: "",
  width: 0,
  height: 0,
  defaultDuration: 0,
  defaultSize: 0,
  defaultFlags: 0,
};
const SOUND = Uint8Array.of(1, 2, 3);
const FRAME_MS = 1_024 / 48;

function soundLine({ endMs = null as number | null, silent = false, config = SILENT_CONFIG } = {}) {
  const runs: Run[] = [];
  const silences: boolean[] = [];
  const line: SoundLine = new SoundLine(
    config,
    { ...TRACK, timescale: config.sampleRate },
    { endMs, fromMs: 1_000, silent },
    {
      full: () => take(),
      silence: (begins) => silences.push(begins),
    },
  );
  function take() {
    const run = line.take();
    if (run) runs.push(run);
  }
  const frames = () => {
    take();
    return runs.flatMap(({ decodeTime, samples }) => {
      let ticks = decodeTime;
      return samples.map(({ data, duration }) => {
        const fromMs = (ticks * 1_000) / config.sampleRate;
        ticks += duration;
        return { fromMs, toMs: (ticks * 1_000) / config.sampleRate, silent: data !== SOUND };
      });
    });
  };
  return { line, frames, silences };
}
const largestGap = (frames: { fromMs: number; toMs: number }[]) =>
  Math.max(0, ...frames.slice(1).map(({ fromMs }, i) => fromMs - frames[i]!.toMs));

test("frames dated to the millisecond are counted to the sample", () => {
  const { line, frames } = soundLine();
  for (let i = 0; i < 500; i++) line.add(Math.round(1_010 + i * FRAME_MS), SOUND);
  const all = frames();
  expect([all.length, all[0]!.fromMs, largestGap(all)]).toEqual([500, 1_010, 0]);
  expect(all.at(-1)!.toMs).toBeCloseTo(1_010 + 500 * FRAME_MS, 3);
});

test("sound whose clock drifts stays within two frames of its dates, for an hour", { timeout: patient(20_000) }, () => {
  for (const ppm of [-300, 300]) {
    const { line, frames } = soundLine();
    const count = 150_000;
    const dated = (i: number) => Math.round(1_000 + i * FRAME_MS * (1 + ppm / 1e6));
    for (let i = 0; i < count; i++) line.add(dated(i), SOUND);
    expect(Math.abs(line.endMs - dated(count))).toBeLessThan(45);
    expect(largestGap(frames())).toBeLessThan(FRAME_MS / 2 + 0.1);
  }
});

test("a hole of the sound is filled; a hole of the source is left", () => {
  for (const [holeMs, filled] of [
    [300, true],
    [30_000, false],
  ] as const) {
    const { line, frames } = soundLine();
    for (let i = 0; i < 10; i++) line.add(Math.round(1_000 + i * FRAME_MS), SOUND);
    line.add(Math.round(1_000 + 10 * FRAME_MS + holeMs), SOUND);
    const all = frames();
    expect(all.some(({ silent }) => silent)).toBe(filled);
    expect(largestGap(all) > 1_000).toBe(!filled);
  }
});

test("sound that is not there for a second of pictures becomes silence, until it is there again", () => {
  const { line, frames, silences } = soundLine();
  line.add(1_000, SOUND);
  line.reach(2_000);
  expect(silences).toEqual([]);
  line.reach(2_040);
  line.reach(2_080);
  expect(line.endMs).toBeGreaterThanOrEqual(2_080);
  expect(line.add(1_900, SOUND)).toBe(false);
  expect(line.add(2_095, SOUND)).toBe(true);
  expect(silences).toEqual([true, false]);
  expect(largestGap(frames())).toBeLessThan(FRAME_MS / 2);
});

test("a track without sound begins with the first picture; sound that was there before is gone on from", () => {
  const mute = soundLine({ silent: true });
  mute.line.reach(1_000);
  mute.line.reach(1_033);
  expect(mute.frames()[0]).toMatchObject({ fromMs: 1_000, silent: true });
  const second = soundLine({ endMs: 1_030 });
  expect(second.line.add(1_000, SOUND)).toBe(true);
  expect(second.frames()[0]!.fromMs).toBe(1_030);
});

test("no silence comes before the first picture of a new init; sound may, from where the sound before it ended", () => {
  const first = (endMs: number, soundMs: number | null) => {
    const { line, frames } = soundLine({ endMs });
    if (soundMs !== null) line.add(soundMs, SOUND);
    line.reach(1_000);
    line.reach(2_100);
    return Math.round(frames()[0]!.fromMs);
  };
  expect([first(-2_000, 1_003), first(400, 1_003), first(400, null)]).toEqual([1_003, 1_003, 1_000]);
  expect([first(400, 700), first(400, 390)]).toEqual([700, 400]);
});

test("a layout of its own has no silence: a hole is left, and sound goes on behind it", () => {
  const config = { ...SILENT_CONFIG, channelConfiguration: 0 };
  expect(silentFrame(config)).toBeNull();
  const { line, frames } = soundLine({ config });
  line.add(1_000, SOUND);
  line.reach(4_000);
  line.add(4_010, SOUND);
  const all = frames();
  expect(all.map(({ silent }) => silent)).toEqual([false, false]);
  expect(Math.abs(all[1]!.fromMs - 4_010)).toBeLessThan(FRAME_MS);
});

test("whatever comes when, sound never overlaps, and little is held", () => {
  const act = fc.record({
    sound: fc.boolean(),
    byMs: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20_000 })),
  });
  const config = fc.constantFrom(...["1190", "1210", "1388", "1194"].map((hex) => parseAsc(Buffer.from(hex, "hex"))));
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), config, fc.boolean(), (acts, config, silent) => {
      const { line, frames } = soundLine({ silent, config });
      const atMs = { sound: 1_000, picture: 1_000 };
      for (const { sound, byMs } of acts) {
        atMs[sound ? "sound" : "picture"] += byMs;
        if (sound) line.add(atMs.sound, SOUND);
        else line.reach(atMs.picture);
        expect(line.heldBytes).toBeLessThan(10_000);
      }
      const all = frames();
      for (let i = 1; i < all.length; i++) expect(all[i]!.fromMs).toBeGreaterThan(all[i - 1]!.toMs - 0.001);
    }),
  );
});
