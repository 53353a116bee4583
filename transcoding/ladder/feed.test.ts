import { expect, test } from "bun:test";
import fc from "fast-check";
import { MemoryInput } from "#runtime/process/process-memory.ts";
import { BEHIND_BYTES_MAX, FED_MS_MAX, LadderFeed, type SessionTag } from "./feed.ts";
import { originFor } from "./origin.ts";

const AVC_HEADER = Uint8Array.of(0x17, 0, 0, 0, 0, 1, 100, 0, 31);
const AAC_HEADER = Uint8Array.of(0xaf, 0, 0x11, 0x90);

function picture(atMs: number, { key = false, compositionMs = 0, bytes = 100 } = {}): SessionTag {
  const body = new Uint8Array(5 + bytes);
  body.set([key ? 0x17 : 0x27, 1, compositionMs >> 16, compositionMs >> 8, compositionMs]);
  return { type: 9, atMs, body, header: false, key };
}
const sound = (atMs: number): SessionTag => ({
  type: 8,
  atMs,
  body: Uint8Array.of(0xaf, 1, 9, 9),
  header: false,
  key: false,
});

function feeding({
  headers = { video: AVC_HEADER as Uint8Array | null, audio: AAC_HEADER as Uint8Array | null },
  originMs = 0,
} = {}) {
  const input = new MemoryInput();
  let worn = 0;
  const feed = new LadderFeed({ input, headers, originMs, onWorn: () => worn++ });
  return { input, feed, worn: () => worn, tags: () => tagsIn(Buffer.concat(input.chunks)) };
}

/** Reads FLV back: type, decode and presentation time, `header`. */
function tagsIn(flv: Buffer) {
  const tags: { type: number; dts: number; pts: number; header: boolean }[] = [];
  if (flv.length === 0) return tags;
  expect(flv.subarray(0, 3).toString()).toBe("FLV");
  for (let at = 13; at < flv.length; ) {
    const [type, length] = [flv[at]!, flv.readUIntBE(at + 1, 3)];
    const dts = flv.readUIntBE(at + 4, 3) + flv[at + 7]! * 2 ** 24;
    const body = flv.subarray(at + 11, at + 11 + length);
    const header = body[1] === 0;
    tags.push({ type, dts, pts: type === 9 && !header ? dts + body.readIntBE(2, 3) : dts, header });
    expect(flv.readUInt32BE(at + 11 + length)).toBe(11 + length);
    at += 15 + length;
  }
  return tags;
}

test("FFmpeg gets the headers of the session and begins with a keyframe; times are the session's", () => {
  const { feed, tags } = feeding();
  for (const tag of [
    sound(980),
    picture(1_000),
    picture(1_040, { key: true, compositionMs: 80 }),
    sound(1_050),
    picture(1_080),
  ])
    feed.tag(tag);
  expect(tags()).toEqual([
    { type: 9, dts: 1_040, pts: 1_040, header: true },
    { type: 8, dts: 1_040, pts: 1_040, header: true },
    { type: 9, dts: 1_040, pts: 1_121, header: false },
    { type: 8, dts: 1_050, pts: 1_050, header: false },
    { type: 9, dts: 1_080, pts: 1_080, header: false },
  ]);
  expect([feed.firstMs, feed.newestMs]).toEqual([1_121, 1_121]);
});

test("pictures that need a keyframe have odd times, all others even ones, at most 1 ms late", () => {
  const { feed, tags } = feeding();
  for (let n = 0; n < 100; n++) {
    if (n === 20) feed.segmentBegins(1_000 + 20 * 33);
    feed.tag(picture(1_000 + n * 33, { key: n % 60 === 0, compositionMs: -(n % 3) }));
  }
  const pictures = tags().filter(({ type, header }) => type === 9 && !header);
  expect(pictures.flatMap(({ pts }, n) => (pts % 2 === 1 ? [n] : []))).toEqual([0, 20, 60]);
  for (const [n, { pts, dts }] of pictures.entries()) {
    expect(dts).toBe(1_000 + n * 33);
    expect([0, 1]).toContain(pts - (dts - (n % 3)));
  }
});

test("headers in the session are passed on, and those before the start are remembered", () => {
  const { feed, tags } = feeding({ headers: { video: null, audio: null } });
  feed.tag(picture(1_000, { key: true }));
  expect(tags()).toEqual([]);
  feed.tag({ type: 9, atMs: 1_000, body: AVC_HEADER, header: true, key: false });
  feed.tag(picture(1_040, { key: true }));
  feed.tag({ type: 8, atMs: 1_050, body: AAC_HEADER, header: true, key: false });
  expect(tags().map(({ type, header }) => `${type} ${header}`)).toEqual(["9 true", "9 false", "8 true"]);
});

test("without keyframes (intra refresh) FFmpeg is fed after 3 s", () => {
  const { feed } = feeding();
  for (let ms = 1_000; ms < 4_000; ms += 40) feed.tag(picture(ms));
  expect(feed.firstMs).toBeNull();
  feed.tag(picture(4_000));
  expect(feed.firstMs).toBe(4_001);
});

test("an FFmpeg that does not read gets no more than the limit, and goes on with a keyframe once it has caught up", () => {
  const { feed, input, tags } = feeding();
  const run = (from: number, to: number) => {
    for (let n = from; n < to; n++) {
      feed.tag(picture(n * 40, { key: n % 50 === 0, bytes: 100_000 }));
      feed.tag(sound(n * 40 + 5));
    }
  };
  run(50, 60);
  input.stuck = true;
  run(60, 1_000);
  expect(input.heldBytes).toBeGreaterThan(BEHIND_BYTES_MAX);
  expect(input.heldBytes).toBeLessThan(BEHIND_BYTES_MAX + 101_000);
  expect(feed.skipped).toBeGreaterThan(800);
  expect(feed.newestMs).toBe(999 * 40);
  [input.stuck, input.heldBytes] = [false, 2_000_000];
  run(1_000, 1_010); // A keyframe, but still too far behind.
  input.heldBytes = 0;
  run(1_010, 1_060);
  const after = tags().filter(({ dts }) => dts >= 60 * 40);
  expect(after[0]).toMatchObject({ type: 9, dts: 1_050 * 40 });
  expect(after).toHaveLength(20);
});

test("a session of weeks has an origin of its own, and a run ends before FLV's times do", () => {
  const weeksMs = 40 * 86_400_000;
  const originMs = originFor(weeksMs);
  expect(weeksMs - originMs).toBeLessThan(2 ** 30);
  expect([originFor(0), originFor(-5), originFor(2 ** 30), originMs % 2]).toEqual([0, 0, 2 ** 30, 0]);
  const { feed, tags, worn } = feeding({ originMs });
  feed.tag(picture(weeksMs, { key: true }));
  expect(tags()[0]!.dts).toBe(weeksMs - originMs);
  expect(feed.firstMs).toBe(weeksMs + 1);
  feed.tag(picture(originMs + FED_MS_MAX + 1, { key: true }));
  feed.tag(picture(originMs + FED_MS_MAX + 41));
  expect([worn(), tags().length]).toEqual([1, 3]);
});

test("no tags throw or exceed the limit, whatever they hold", () => {
  const tag = fc.record({
    type: fc.constantFrom<8 | 9>(8, 9),
    atMs: fc.double({ min: -10_000, max: 2 ** 33, noNaN: true }),
    body: fc.uint8Array({ maxLength: 40 }),
    header: fc.boolean(),
    key: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(tag), fc.boolean(), (given, stuck) => {
      const { feed, input } = feeding();
      input.stuck = stuck;
      for (const one of given) feed.tag(one);
      expect(input.heldBytes).toBeLessThan(BEHIND_BYTES_MAX);
    }),
  );
});
