// The verdict on a room finds every kind of violation.

import { expect, test } from "bun:test";
import { type RoomRecord, roomFaults, type StoredLine } from "./room-verdict.ts";

const line = (seq: number, body: string, more: Partial<StoredLine> = {}): StoredLine => ({
  seq,
  id: `id ${body}`,
  nonce: `nonce ${body}`,
  body,
  epoch: 1,
  userId: body.split(".")[0]!,
  ...more,
});
const times = { startMs: 0, endMs: 0 };
const good = (): RoomRecord => {
  const stored = [line(1, "a.0"), line(2, "b.0"), line(3, "a.1"), line(4, "b.1", { epoch: 2 })];
  return {
    stored,
    acknowledged: stored.map(({ seq, id, nonce, body }) => ({ seq, id, nonce, body, ...times })),
    seen: [stored.map(({ seq, id }) => ({ seq, id })), stored.slice(2).map(({ seq, id }) => ({ seq, id }))],
    placeOf: (body) => Number(body.split(".")[1]),
  };
};

test("a correct room has no faults", () => {
  expect(roomFaults(good())).toEqual([]);
});

const broken: [string, string, (room: RoomRecord) => void][] = [
  ["an acknowledged line that is gone", "was acknowledged as 4", ({ stored }) => stored.pop()],
  ["a line stored twice", "more than once", ({ stored }) => stored.push(line(5, "b.1", { epoch: 2, id: "other" }))],
  ["a hole", "a hole: 3", ({ stored }) => stored.splice(1, 1)],
  [
    "a sender's lines swapped",
    "after a later one",
    ({ stored }) => stored.push(line(5, "a.0", { nonce: "n", epoch: 2 })),
  ],
  ["a write of a replaced owner", "is of epoch 1, after 2", ({ stored }) => stored.push(line(5, "a.2"))],
  ["a socket that missed one", "saw 3 where 2 was due", ({ seen }) => seen[0]?.splice(1, 1)],
  ["a socket that saw one twice", "saw 4 where 5 was due", ({ seen }) => seen[1]?.push({ seq: 4, id: "id b.1" })],
  ["a socket that saw another line", "another line at 4", ({ seen }) => Object.assign(seen[0]?.[3] ?? {}, { id: "x" })],
  ["a socket that fell behind", "saw up to 3 of 4", ({ seen }) => seen[0]?.pop()],
];
for (const [what, fault, spoil] of broken)
  test(`${what} is found`, () => {
    const room = good();
    spoil(room);
    expect(roomFaults(room).join("\n")).toContain(fault);
  });
