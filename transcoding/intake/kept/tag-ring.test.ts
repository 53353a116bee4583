import { expect, test } from "bun:test";
import type { RtmpMessage } from "../rtmp/message.ts";
import { TagRing } from "./tag-ring.ts";

const AVC_HEADER = Uint8Array.fromHex(
  "17000000000142c00bffe100186742c00bda05067e7c044000000300400000030103c50aa801000468ce0fc8",
);
const AAC_HEADER = Uint8Array.of(0xaf, 0, 0x11, 0x90);
const picture = (first: number) => Uint8Array.of(first, 1, 0, 0, 0, 0, 0, 0, 4, 0x65, 0x88, 0x84, 0);
const bodies = {
  data: Uint8Array.of(2),
  video: AVC_HEADER,
  audio: AAC_HEADER,
  key: picture(0x17),
  picture: picture(0x27),
  sound: Uint8Array.of(0xaf, 1, 1, 2, 3),
};
const typeOf = { data: 18, video: 9, audio: 8, key: 9, picture: 9, sound: 8 };

type Kind = keyof typeof bodies;
const at = (arrivedMs: number, kind: Kind) => ({
  type: typeOf[kind],
  timestamp: arrivedMs,
  body: bodies[kind],
  arrivedMs,
});
const said = (messages: RtmpMessage[]) =>
  messages.map(({ body, arrivedMs }) => `${arrivedMs} ${Object.entries(bodies).find(([, one]) => one === body)?.[0]}`);

const by = (arrivedMs: number) => ({ arrivedMs, timestamp: null });

function ring(options: { keepMs?: number; bytesMax?: number } = {}) {
  const made = new TagRing({ keepMs: 5_000, bytesMax: 10_000, ...options });
  for (const [ms, kind] of [
    [0, "data"],
    [1, "video"],
    [2, "audio"],
  ] as [number, Kind][])
    made.push(at(ms, kind));
  return made;
}

test("what is kept begins with a keyframe, behind the headers", () => {
  const one = ring();
  one.push(at(3, "picture")); // Nobody could show it.
  for (const ms of [1_000, 2_000]) {
    one.push(at(ms, "key"));
    one.push(at(ms + 10, "sound"));
  }
  const second = ["2000 key", "2010 sound"];
  const headers = ["0 data", "1 video", "2 audio"];
  expect(said(one.since(by(1_999)))).toEqual([...headers, "1000 key", "1010 sound", ...second]);
  expect(said(one.since(by(2_000)))).toEqual([...headers, ...second]);
  expect(said(one.since(null))).toEqual([...headers, ...second]);
  expect(said(one.since(by(0)))).toEqual([...headers, "1000 key", "1010 sound", ...second]);
});

test("headers that changed meanwhile are those of their time", () => {
  const one = ring();
  one.push(at(1_000, "key"));
  one.push(at(1_500, "audio"));
  one.push(at(2_000, "key"));
  expect(said(one.since(by(1_000)))).toEqual(["0 data", "1 video", "2 audio", "1000 key", "1500 audio", "2000 key"]);
  expect(said(one.since(by(2_000)))).toEqual(["0 data", "1 video", "1500 audio", "2000 key"]);
});

test("it is bounded by time, and reaches back as far as it says", () => {
  const one = ring();
  for (let ms = 1_000; ms <= 20_000; ms += 2_000) one.push(at(ms, "key"));
  expect(said(one.since(by(0))).at(3)).toBe("13000 key"); // 14 s is within it.
});

test("it is bounded in bytes; a group of pictures that is too large leaves nothing", () => {
  const one = ring({ bytesMax: 3 * bodies.key.length });
  for (let ms = 1_000; ms <= 5_000; ms += 1_000) one.push(at(ms, "key"));
  expect(said(one.since(by(0))).slice(3)).toEqual(["3000 key", "4000 key", "5000 key"]);
  for (let ms = 5_001; ms < 5_010; ms++) one.push(at(ms, "picture"));
  expect(one.bytes).toBe(0);
  expect(said(one.since(by(0)))).toEqual(["0 data", "1 video", "2 audio"]);
  one.push(at(6_000, "key"));
  expect(said(one.since(by(0))).slice(3)).toEqual(["6000 key"]);
});

test("the encoder's timestamps are exact, over their wrap too", () => {
  const one = ring();
  for (const [i, timestamp] of [2 ** 32 - 2_000, 0, 2_000].entries())
    one.push({ ...at(5_000 + i * 2_000, "key"), timestamp });
  const from = (timestamp: number) => said(one.since({ arrivedMs: 0, timestamp })).at(3);
  expect([from(2 ** 32 - 100), from(2 ** 32 - 10), from(0), from(1_979), from(1_980)]).toEqual([
    "5000 key",
    "7000 key",
    "7000 key",
    "7000 key",
    "9000 key",
  ]);
});
