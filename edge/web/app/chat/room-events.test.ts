// What a room tells beside its lines.

import { expect, test } from "bun:test";
import type { ServerFrame } from "#schema/api/chat-frames.ts";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { RoomEvents } from "./room-events.ts";

const poll = { id: "p", question: "Where?", choices: [], votes: 0, startedAt: "", endsAt: "", endedAt: null, by: null };
const welcome = (more: object = {}) =>
  ({
    ...{ type: "welcome", protocol: 1, you: null, room: DEFAULT_ROOM_SETTINGS, seq: 0, viewers: 0 },
    ...{ resumed: false, entries: [] },
    ...more,
  }) as Extract<ServerFrame, { type: "welcome" }>;

test("a welcome brings what is there, and takes what is gone", () => {
  const events = new RoomEvents();
  events.welcomed(welcome({ poll }));
  expect(events.poll.value).toEqual(poll);
  events.welcomed(welcome());
  expect(events.poll.value).toBeNull();
});

test("frames change it: a poll, a raid, a warning and its end", () => {
  const events = new RoomEvents();
  events.apply({ type: "poll", poll: { ...poll, votes: 3 } });
  expect(events.poll.value?.votes).toBe(3);
  const side = { login: "a", displayName: "A" };
  const raid = { id: "r", state: "counting", from: side, to: side, viewers: 1, startedAt: "", atMs: 9 } as const;
  events.apply({ type: "raid", ...raid });
  expect(events.raid.value).toEqual(raid);
  events.apply({ type: "raid_coming", raid: { ...raid, id: "other" } });
  expect([events.raid.value?.id, events.coming.value?.id]).toEqual(["r", "other"]);
  events.apply({ type: "warning", reason: "be kind" });
  expect(events.warning.value).toBe("be kind");
  events.apply({ type: "warning", reason: null });
  expect(events.warning.value).toBeNull();
});

test("only frames for moderators go to those who hear them, until they stop", () => {
  const events = new RoomEvents();
  const heard: string[] = [];
  const stop = events.hear(({ type }) => heard.push(type));
  events.apply({ type: "newcomer", userId: "u", lineId: "l" });
  events.apply({ type: "poll", poll });
  events.apply({ type: "of a later server" } as unknown as ServerFrame);
  stop();
  events.apply({ type: "newcomer", userId: "u", lineId: "l" });
  expect(heard).toEqual(["newcomer"]);
});
