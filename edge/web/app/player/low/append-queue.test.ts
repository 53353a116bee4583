import { expect, test } from "bun:test";
import { AppendQueue, type Piece } from "./append-queue.ts";

const init = (name: number): Piece => ({ kind: "init", bytes: Uint8Array.of(name), codecs: "avc1", offsetSeconds: 0 });
const media = (name: number, key = false, length = 1): Piece => ({
  kind: "media",
  bytes: new Uint8Array(length).fill(name),
  key,
});
const all = (queue: AppendQueue) => {
  const taken: string[] = [];
  for (let piece = queue.take(); piece; piece = queue.take()) taken.push(`${piece.kind} ${piece.bytes.join("")}`);
  return taken;
};

test("fragments that wait are appended at once, and never over an init segment", () => {
  const queue = new AppendQueue();
  for (const piece of [init(1), media(2, true), media(3), init(4), media(5, true)]) queue.add(piece);
  expect(all(queue)).toEqual(["init 1", "media 23", "init 4", "media 5"]);
  expect(queue.isEmpty).toBe(true);
});

test("over its limit it drops what waits but the newest init segment, and goes on at a keyframe", () => {
  const queue = new AppendQueue(100);
  for (const piece of [init(1), media(2, true, 60), init(3), media(4, true, 60)]) queue.add(piece);
  for (const piece of [media(5), media(6, true), media(7)]) queue.add(piece);
  expect(all(queue)).toEqual(["init 3", "media 67"]);
});

test("what a full buffer refused is appended next", () => {
  const queue = new AppendQueue();
  for (const piece of [media(1, true), media(2)]) queue.add(piece);
  queue.putBack(queue.take()!);
  queue.add(media(3));
  expect(all(queue)).toEqual(["media 123"]);
});
