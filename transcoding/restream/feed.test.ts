import { expect, test } from "bun:test";
import type { SourceInit, SourceTag } from "../intake/source.ts";
import { BEHIND_BYTES_MAX, TargetFeed } from "./feed.ts";

const init = {
  video: { width: 640, height: 360, fps: 30 },
  audio: { sampleRate: 48_000, channels: 2 },
  headers: { video: Uint8Array.of(0x17, 0), audio: Uint8Array.of(0xaf, 0) },
} as unknown as SourceInit;

function feed() {
  const sent: string[] = [];
  const target = { heldBytes: 0 };
  const sink = {
    get heldBytes() {
      return target.heldBytes;
    },
    metadata: (values: object) => sent.push(`metadata ${(values as { width: number }).width}`),
    media: (type: 8 | 9, atMs: number, body: Uint8Array) => sent.push(`${type} ${atMs} ${body[1]}`),
  };
  const one = new TargetFeed({ sink, init: () => init, encoder: "us" });
  const tag = (type: 8 | 9, atMs: number, more: Partial<SourceTag> = {}) =>
    one.tag({ type, atMs, body: Uint8Array.of(0, 1), header: false, key: false, ...more });
  const taken = () => sent.splice(0);
  return { feed: one, tag, taken, target };
}

test("a target gets metadata and headers, then everything from a keyframe on, from time 0", () => {
  const { tag, taken, feed: one } = feed();
  tag(8, 70_000);
  tag(9, 70_010);
  expect(taken()).toEqual([]);
  tag(9, 70_043.4, { key: true });
  tag(8, 70_040); // Sound that belongs before the keyframe.
  tag(9, 70_076.7);
  expect(taken()).toEqual(["metadata 640", "9 0 0", "8 0 0", "9 0 1", "8 0 1", "9 33 1"]);
  expect(one.dropped).toBe(0);
});

test("a target that is behind loses everything up to a keyframe after it has caught up, and the loss is counted", () => {
  const { tag, taken, target, feed: one } = feed();
  tag(9, 0, { key: true });
  taken();
  target.heldBytes = BEHIND_BYTES_MAX + 1;
  tag(9, 33);
  tag(8, 40);
  tag(9, 66, { key: true });
  target.heldBytes = 0;
  tag(9, 100);
  expect(taken()).toEqual([]);
  tag(9, 133, { key: true });
  expect(taken()).toEqual(["9 133 1"]);
  expect(one.dropped).toBe(3);
});

test("changed headers reach also a target that is behind", () => {
  const { tag, taken, target } = feed();
  tag(9, 0, { key: true });
  taken();
  target.heldBytes = BEHIND_BYTES_MAX + 1;
  tag(9, 33);
  tag(9, 66, { header: true });
  tag(8, 66, { header: true });
  expect(taken()).toEqual(["metadata 640", "9 66 1", "8 66 1"]);
});

test("without any keyframe, as with intra refresh, it begins after 11 s", () => {
  const { tag, taken } = feed();
  for (let ms = 0; ms < 11_000; ms += 500) tag(9, ms);
  expect(taken()).toEqual([]);
  tag(9, 11_000);
  expect(taken().length).toBe(4);
});
