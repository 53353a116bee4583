import { expect, test } from "bun:test";
import type { PollView } from "#schema/api/polls.ts";
import type { RoomState } from "#schema/wire/room-events.ts";
import { RoomGoingOn } from "./going-on.ts";

const NOTHING: RoomState = { epoch: 1, number: 1, pinned: null, poll: null, raid: null };
const poll: PollView = {
  id: "p",
  question: "?",
  choices: [
    { text: "a", votes: 0 },
    { text: "b", votes: 0 },
  ],
  votes: 0,
  startedAt: "2026-01-01T00:00:00.000Z",
  endsAt: "2026-01-01T00:01:00.000Z",
  endedAt: null,
  by: null,
};

test("sockets are told what has changed, and nothing twice", () => {
  const room = new RoomGoingOn();
  expect(room.take(NOTHING)).toEqual([]);
  expect(room.take({ ...NOTHING, number: 2, poll })).toEqual([{ type: "poll", poll }]);
  expect(room.take({ ...NOTHING, number: 2, poll })).toEqual([]);
  const voted = { ...poll, votes: 1 };
  expect(room.take({ ...NOTHING, number: 3, poll: voted })).toEqual([{ type: "poll", poll: voted }]);
  expect(room.welcome.poll).toEqual(voted);
  const ended = { ...voted, endedAt: poll.endsAt };
  expect(room.take({ ...NOTHING, number: 4, poll: ended })).toEqual([{ type: "poll", poll: ended }]);
  expect(room.welcome.poll).toBeNull();
});

test("what comes late, or from an owner that was replaced, changes nothing", () => {
  const room = new RoomGoingOn();
  room.take({ ...NOTHING, epoch: 2, number: 1, poll });
  expect(room.take({ ...NOTHING, epoch: 1, number: 9 })).toEqual([]);
  expect(room.welcome.poll).toEqual(poll);
  room.take({ ...NOTHING, epoch: 2, number: 5 });
  expect(room.take({ ...NOTHING, epoch: 2, number: 4, poll })).toEqual([]);
  expect(room.welcome.poll).toBeNull();
});

test("a raid that was called off is told, and is in no welcome", () => {
  const room = new RoomGoingOn();
  const channel = (login: string) => ({ login, displayName: login });
  const raid = {
    ...{ id: "r", state: "counting" as const, from: channel("a"), to: channel("b"), viewers: 3 },
    ...{ startedAt: poll.startedAt, atMs: 1 },
  };
  room.take(NOTHING);
  expect(room.take({ ...NOTHING, number: 2, raid })).toEqual([{ type: "raid", ...raid }]);
  expect(room.welcome.raid).toEqual(raid);
  const off = { ...raid, state: "cancelled" } as const;
  expect(room.take({ ...NOTHING, number: 3, raid: off })).toEqual([{ type: "raid", ...off }]);
  expect(room.welcome.raid).toBeNull();
});
