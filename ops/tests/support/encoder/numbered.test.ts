import { expect, test } from "bun:test";
import { lookIntoPicture } from "#transcoding/intake/flv/nal-units.ts";
import { numbered, numbersIn } from "./numbered.ts";
import { changed, type TimedTag } from "./programme.ts";

const at = (dueMs: number, ...body: number[]): TimedTag => ({
  ...{ type: "video", timestampMs: dueMs, dueMs },
  body: Uint8Array.from(body),
});
const PICTURE = [0x27, 1, 0, 0, 0, 0, 0, 0, 2, 0x41, 9];
const SOUND: TimedTag = { ...at(10, 0xaf, 1, 9), type: "audio" };

test("each picture gets the next number and stays whole, and nothing else changes", () => {
  const header = at(0, 0x17, 0, 0, 0, 0);
  const numbering = { next: 41 };
  const tags = [header, at(0, ...PICTURE), SOUND, at(33, ...PICTURE)];
  const made = [...changed(tags, numbered(numbering, { bytesMin: 1_000 }))];
  expect([made[0], made[2], numbering.next]).toEqual([header, SOUND, 43]);
  for (const tag of [made[1]!, made[3]!]) {
    expect(lookIntoPicture(tag.body.subarray(5), 4).whole).toBe(true);
    expect(tag.body.length).toBeGreaterThan(1_000);
    expect([...tag.body.subarray(-6)]).toEqual(PICTURE.slice(-6));
  }
  expect(numbersIn(Buffer.concat(made.map(({ body }) => body)))).toEqual([41, 42]);
});

test("a number that is cut off is none", () => {
  const [tag] = changed([at(0, ...PICTURE)], numbered({ next: 7 }, { bytesMin: 0 }));
  const end = Buffer.from(tag!.body).indexOf("picture:") + "picture:".length;
  expect(numbersIn(tag!.body.subarray(0, end + 9))).toEqual([7]);
  expect(numbersIn(tag!.body.subarray(0, end + 8))).toEqual([]);
});
