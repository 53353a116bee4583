// The source as the intake gives it: picture by picture, with inits that change, holes, and keyframes that are rare.

import { expect, test } from "bun:test";
import type { SavedMedia } from "./numbers/saved.ts";
import { type Bench, bench } from "./testing.ts";
import { FakeEncoder, fakeInit } from "./testing-fragments.ts";
import { Watcher } from "./testing-playlist-watcher.ts";

const BASE_MS = Date.UTC(2026, 10, 22, 10, 0, 0);

/** `baseMs`: wall time of the session's time 0; pictures begin at 1000. */
function stage(options: ConstructorParameters<typeof FakeEncoder>[0] = {}, b: Bench = bench()) {
  const attempt = b.packager.begin({ session: "s1", attempt: 1, baseMs: BASE_MS - 1_000 });
  const watcher = new Watcher();
  let encoder = new FakeEncoder(options);
  attempt.source.init(encoder.init);
  return {
    ...b,
    attempt,
    watcher,
    get encoder() {
      return encoder;
    },
    /** Another encoder goes on where this one is, with the same or other parameters. */
    turn(next: ConstructorParameters<typeof FakeEncoder>[0]) {
      encoder = new FakeEncoder({ ...next, fromMs: encoder.atMs });
      attempt.source.init(encoder.init);
    },
    async run(seconds: number) {
      for (const untilMs = encoder.atMs + seconds * 1_000; encoder.atMs < untilMs - 1; ) {
        attempt.source.fragment(encoder.nextFragment());
        b.clock.advance(encoder.frameMs);
        await watcher.look(b.packager, ["source"]);
      }
    },
    warnings: () => b.events.flatMap((e) => (e.type === "warned" || e.type === "cleared" ? [e.type] : [])),
  };
}

const extinfs = (text: string) => [...text.matchAll(/#EXTINF:([\d.]+)/g)].map(([, s]) => Number(s));

test("parts last 0.2 s, and a viewer holds back three of them", async () => {
  const s = stage();
  await s.run(3.05);
  expect(await s.text("source")).toBe(`#EXTM3U
#EXT-X-VERSION:9
#EXT-X-TARGETDURATION:2
#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=0.61500,CAN-SKIP-UNTIL=12.00000
#EXT-X-PART-INF:PART-TARGET=0.20500
#EXT-X-MEDIA-SEQUENCE:0
#EXT-X-DISCONTINUITY-SEQUENCE:0
#EXT-X-MAP:URI="source/iHASH.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:00.000Z
#EXT-X-PART:DURATION=0.20000,URI="source/p5-1-0.m4s",INDEPENDENT=YES
${Array.from({ length: 9 }, (_, i) => `#EXT-X-PART:DURATION=0.20000,URI="source/p5-1-${i + 1}.m4s"`).join("\n")}
#EXTINF:2.00000,
b1/source/s0.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:02.000Z
#EXT-X-PART:DURATION=0.20000,URI="source/p5-1-10.m4s",INDEPENDENT=YES
#EXT-X-PART:DURATION=0.20000,URI="source/p5-1-11.m4s"
#EXT-X-PART:DURATION=0.20000,URI="source/p5-1-12.m4s"
#EXT-X-PART:DURATION=0.20000,URI="source/p5-1-13.m4s"
#EXT-X-PART:DURATION=0.20000,URI="source/p5-1-14.m4s"
#EXT-X-PRELOAD-HINT:TYPE=PART,URI="source/p5-1-15.m4s"
`);
});

test("the wanted length of parts is a setting, and long pictures make long parts", async () => {
  const half = stage({}, bench({ partMs: 500 }));
  await half.run(5);
  expect(await half.text("source")).toContain("PART-TARGET=0.50500");
  const slow = stage({ fps: 1 });
  await slow.run(9);
  expect(await slow.text("source")).toContain("PART-TARGET=1.00500");
  for (const fps of [12, 23.976, 24, 25, 29.97, 48, 50, 59.94, 60]) {
    const s = stage({ fps, gopMs: (1000 / fps) * Math.round(fps * 2) });
    await s.run(9);
    const target = Number(/PART-TARGET=([\d.]+)/.exec(await s.text("source"))![1]);
    expect(target).toBeGreaterThan(0.15);
    expect(target).toBeLessThan(0.27);
  }
});

test("other parameters begin with a discontinuity and their own map, on the same clock and without gaps; the same ones change nothing", async () => {
  const s = stage();
  await s.run(4);
  s.turn({ init: fakeInit() });
  await s.run(2);
  s.turn({ init: fakeInit({ width: 90, height: 160 }) });
  await s.run(5);
  const text = await s.text("source");
  expect(text).not.toContain("GAP");
  expect(text.match(/#EXT-X-DISCONTINUITY\n/g)).toHaveLength(1);
  expect(text.match(/#EXT-X-MAP/g)).toHaveLength(2);
  expect(text).toContain(`s1.m4s
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:04.000Z
`);
  expect(text).toContain(`
#EXTINF:2.00000,
b1/source/s2.m4s
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="source/iHASH.mp4"
#EXT-X-PROGRAM-DATE-TIME:2026-11-22T10:00:06.000Z
`);
  expect(s.packager.serving.multivariant()).toContain("RESOLUTION=90x160");
});

test("an init that comes within a GOP waits for the next keyframe", async () => {
  const s = stage();
  await s.run(5);
  s.attempt.source.init(fakeInit({ level: 0x20 }));
  await s.run(0.9);
  expect(await s.text("source")).not.toContain("DISCONTINUITY\n");
  await s.run(3);
  expect(await s.text("source")).toContain("DISCONTINUITY\n");
});

test("an encoder that is away leaves a hole as long as it was away: gaps, the same map, no discontinuity", async () => {
  const s = stage();
  await s.run(6.5);
  s.encoder.away(5_000);
  await s.run(5);
  const text = await s.text("source");
  expect(text.match(/#EXT-X-MAP/g)).toHaveLength(1);
  expect(text).not.toContain("DISCONTINUITY\n");
  expect(text.match(/#EXT-X-GAP/g)).toHaveLength(3);
  expect(text).toContain("2026-11-22T10:00:11.500Z");
  expect(extinfs(text).slice(0, 7)).toEqual([2, 2, 2, 0.5, 1.66667, 1.66667, 1.66667]);
});

test("a hole too short for a gap makes no segment longer than TARGETDURATION allows", async () => {
  const s = stage();
  await s.run(5.95);
  s.encoder.away(850);
  await s.run(5);
  expect(Math.max(...extinfs(await s.text("source")))).toBeLessThan(2.5);
});

test.each([
  ["in the middle of a segment", 4.5, 600],
  ["at its end", 5.2, 800],
  ["at its beginning", 4.05, 300],
])(
  "parts make up their segment where pictures are dropped %s, and the next date is the true one",
  async (_, atS, ms) => {
    const s = stage();
    await s.run(atS);
    s.encoder.drop(ms);
    await s.run(2.9); // The segment with the hole still has its parts.
    const text = await s.text("source");
    const [, , , held = ""] = text.split("#EXT-X-PROGRAM-DATE-TIME"); // Segment 2.
    const parts = [...held.matchAll(/PART:DURATION=([\d.]+)/g)].map(([, seconds]) => Number(seconds));
    expect(parts.length).toBeGreaterThan(5);
    // A segment may end a little after its last part.
    expect(Math.abs(parts.reduce((a, b) => a + b) - extinfs(text)[2]!)).toBeLessThan(0.016);
    expect(Math.max(...parts)).toBeLessThanOrEqual(0.205);
    expect(text).toContain("2026-11-22T10:00:06.000Z");
    expect(text).not.toContain("GAP");
    expect(extinfs(text)[2]!).toBeLessThan(2 - ms / 1_000 + 0.25);
    await s.run(2);
    const heir = stage({ fromMs: 30_000 }, bench({ resume: s.saved(), startNumber: 9, epoch: 6 }));
    await heir.run(5);
    expect(extinfs(await heir.text("source")).slice(0, 3)).toEqual(extinfs(text).slice(0, 3));
  },
);

test("an encoder that is away within its first GOP makes no segment as long as the hole", async () => {
  const s = stage();
  await s.run(1.5);
  s.encoder.away(7_000);
  await s.run(5);
  const text = await s.text("source");
  expect(text).toContain("TARGETDURATION:2\n");
  expect(Math.max(...extinfs(text))).toBe(2);
});

test("a GOP of 10.4 s plays in whole segments, with a warning that is taken back when keyframes come more often", async () => {
  const s = stage({ fps: 24, gopMs: 250_000 / 24 });
  await s.run(35);
  expect(extinfs(await s.text("source"))).toEqual([10.41667, 10.41667, 10.41667]);
  expect(await s.text("source")).toContain("TARGETDURATION:10\n");
  expect(s.warnings()).toEqual(["warned"]);
  s.turn({ fps: 24 });
  await s.run(12);
  expect(s.warnings()).toEqual(["warned", "cleared"]);
});

test("a longer GOP is cut without a keyframe", async () => {
  const s = stage({ fps: 20, gopMs: 12_500 });
  await s.run(40);
  expect(await s.text("source")).toContain("TARGETDURATION:10\n");
  expect(s.events.find(({ type }) => type === "ready")).toBeDefined();
  expect(s.warnings()).toEqual(["warned"]);
});

test("a source with one keyframe only plays; its segments begin where the session's clock shows even seconds", async () => {
  const s = stage({ gopMs: 0 });
  await s.run(40);
  const dates = [...(await s.text("source")).matchAll(/DATE-TIME:.+:(\d\d\.\d)/g)].map(([, second]) => Number(second));
  // Session time 1 s is second 0 here.
  expect(dates.slice(2).every((second) => second % 2 === 1)).toBe(true);
  expect(s.warnings()).toEqual(["warned"]);
  const independent = (await s.text("source")).match(/INDEPENDENT=YES/g);
  expect(independent).toBeNull();
});

test("a hole of hours whose end served nothing takes no number away, and the next attempt goes on", async () => {
  const s = stage();
  await s.run(5);
  s.encoder.away(9_800_000);
  await s.run(0.05);
  expect(await s.text("source")).toContain("s1.m4s");
  s.attempt.close();
  await s.watcher.look(s.packager, ["source"]);
  const again = s.packager.begin({ session: "s2", attempt: 1, baseMs: BASE_MS + 6_000 });
  const encoder = new FakeEncoder();
  again.source.init(encoder.init);
  for (let n = 0; n < 150; n++) {
    again.source.fragment(encoder.nextFragment());
    await s.watcher.look(s.packager, ["source"]);
  }
  const text = await s.text("source");
  expect(text).toContain("s1.m4s");
  expect(text.match(/#EXT-X-GAP/g)!.length).toBeLessThan(4);
});

test("a clock that goes back far on one session begins anew, with a discontinuity", async () => {
  const s = stage({ fromMs: 4_000_000 });
  await s.run(6.5);
  s.attempt.close();
  const again = s.packager.begin({ session: "s1", attempt: 2, baseMs: BASE_MS });
  const encoder = new FakeEncoder({ fromMs: 1_000 });
  again.source.init(encoder.init);
  for (let n = 0; n < 150; n++) again.source.fragment(encoder.nextFragment());
  expect(await s.text("source")).toContain("DISCONTINUITY\n");
  expect(s.events.filter(({ type }) => type === "ready")).toHaveLength(2);
});

test("times below zero and dates beyond the calendar are no reason to fall over", async () => {
  const early = stage({ fromMs: -5_000 });
  await early.run(9);
  expect(await early.text("source")).toContain("2026-11-22T09:59:54.000Z");
  const b = bench();
  const attempt = b.packager.begin({ session: "s1", attempt: 1, baseMs: 9e15 });
  const encoder = new FakeEncoder();
  attempt.source.init(encoder.init);
  for (let n = 0; n < 150; n++) attempt.source.fragment(encoder.nextFragment());
  expect(await b.text("source")).toContain("DATE-TIME:+275760-09-13T00:00:00.000Z");
});

test("what a source sends is measured by its clock and by ours", async () => {
  const s = stage({ bytes: 10_000 });
  for (let n = 0; n < 400; n++) {
    s.attempt.source.fragment(s.encoder.nextFragment());
    s.clock.advance(s.encoder.frameMs * 2); // Half as fast as it should.
  }
  const info = s.events.findLast((e) => e.type === "source")!.info;
  expect(info).toMatchObject({ fps: 30, arriving: { fps: 15, speed: 0.5 } });
  expect(info.bitrateKbps / info.arriving!.bitrateKbps).toBeCloseTo(2, 1);
});

test("a row of the release before goes on: its targets, its window, its shifts", async () => {
  const segment = {
    durationMs: 2_000,
    discontinuity: false,
    gap: false,
    keyed: true,
    inits: { source: "aaa", "480p": "bbb" },
  };
  const variant = { codecs: ["avc1.64001f"], width: 160, height: 90, fps: 30, bandwidth: 3_000_000 };
  const row: SavedMedia = {
    headNumber: 8,
    discontinuitySequence: 1,
    targetDurationMs: 2_000,
    partTargetMs: 510,
    window: [6, 7].map((number) => ({ ...segment, number, atMs: BASE_MS + number * 2_000 })),
    session: "s1",
    shiftsMs: { source: -3_000, "480p": -3_000.4 },
    variants: { source: variant, "480p": { ...variant, width: 80, height: 46, bandwidth: 1_000_000 } },
  };
  const s = stage({ fromMs: 27_000 }, bench({ resume: row, startNumber: 12 }));
  expect(s.packager.serving.multivariant()).toContain("BANDWIDTH=1000000,CODECS");
  await s.run(5);
  const text = await s.text("source");
  expect(text).toContain("PART-TARGET=0.51000");
  expect(text).toContain("#EXT-X-DISCONTINUITY-SEQUENCE:1\n");
  expect(text.match(/#EXT-X-GAP/g)!.length).toBeGreaterThan(3);
  expect(await s.text("480p")).toContain("s6.m4s");
  expect(s.saved()).toMatchObject({ partTargetMs: 510, targetDurationMs: 2_000 });
});
