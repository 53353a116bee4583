import { expect, test } from "bun:test";
import { type LineFormat, VideoLine } from "./video-line.ts";

const FORMAT: LineFormat = {
  ...{ profile: { idc: 66, constraints: 0xc0 }, width: 320, height: 180, reorders: false, isPlain: true },
};
const FRAME = 3_000;
const unit = (idr: boolean, bytes = 100) => {
  const slice = new Uint8Array(bytes).fill(7);
  slice[0] = idr ? 0x65 : 0x41;
  return { units: [slice], idr };
};

function lineOf(keys: string, bytes = 100) {
  const line = new VideoLine("source");
  line.begin(FORMAT);
  for (const [i, one] of [...keys].entries()) line.push(unit(one === "K", bytes), i * FRAME);
  return line;
}

test("what comes before a keyframe is nothing", () => {
  const line = lineOf("..K.");
  expect([line.nextIndex, line.newestKey]).toEqual([2, 0]);
});

test("the newest group is kept, and the one before for those who are in it", () => {
  const line = lineOf("K..K..K.");
  expect([line.newestKey, line.nextIndex]).toEqual([6, 8]);
  expect([2, 3, 6, 7, 8].map((index) => line.at(index)?.ticks)).toEqual([undefined, 9_000, 18_000, 21_000, undefined]);
});

test("a group that is too large or too long is not kept, and the next keyframe is one to begin with", () => {
  const line = lineOf(`K${".".repeat(60)}`, 600_000);
  expect(line.newestKey).toBeNull();
  expect(line.at(line.nextIndex - 1)).toBeDefined();
  line.push(unit(true), 70 * FRAME);
  expect(line.newestKey).toBe(line.nextIndex - 1);
  const long = lineOf(`K${".".repeat(700)}`);
  expect(long.newestKey).toBeNull();
});

test("a format begins with a keyframe; readers hear of it, of pictures, and of the end", () => {
  const line = lineOf("K.");
  const heard: string[] = [];
  const stop = line.read({
    picture: () => heard.push("picture"),
    format: ({ width }) => heard.push(String(width)),
    ended: () => heard.push("ended"),
  });
  line.begin({ ...FORMAT, width: 640 });
  line.push(unit(false), 3 * FRAME);
  line.push(unit(true), 4 * FRAME);
  line.end();
  line.push(unit(false), 5 * FRAME);
  stop();
  expect(heard).toEqual(["640", "picture", "ended"]);
  expect(line.readers).toBe(0);
});

test("the rate is that of the packets", () => {
  const line = lineOf(`K${".".repeat(150)}`, 1_000);
  expect(Math.abs(line.bitsPerSecond / (1_012 * 8 * 30) - 1)).toBeLessThan(0.05);
});
