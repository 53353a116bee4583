// People in a room of a running system: two edges, two actor nodes, and both nodes are killed.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ChatClient } from "../support/chat-client.ts";
import { ModeratedRoom } from "../support/moderated-room.ts";
import { until } from "../support/until.ts";

let room: ModeratedRoom;
beforeAll(async () => {
  room = await ModeratedRoom.open();
});
afterAll(() => room?.close());

/** Refused by this code all the time, also while the room has no owner. */
const refusedBy = (client: ChatClient, code: string) =>
  until("the room to have an owner", async () => {
    const verdict = await client.say("and again");
    expect(verdict.type).toBe("refused");
    return verdict.type === "refused" && verdict.code === code;
  });

test("a warning is told at another edge, outlasts the death of both actor nodes, and ends when it is acknowledged", async () => {
  const [here, there] = [await room.join(1, room.talker), await room.join(2, room.talker)];
  expect(await here.say("something rude")).toMatchObject({ type: "said" });
  const startMs = performance.now();
  await room.act(room.moderator, "POST", `chat/people/${room.talker.login}/warnings`, { reason: "mind your words" });
  const told = (client: ChatClient, reason: string | null) =>
    until("the warning", () => client.frames.some((frame) => frame.type === "warning" && frame.reason === reason), {
      everyMs: 10,
    });
  for (const client of [here, there]) await told(client, "mind your words");
  expect(performance.now() - startMs).toBeLessThan(1_500);
  expect(await there.say("again")).toMatchObject({ type: "refused", code: "warned" });
  const restarted = room.killActors();
  await refusedBy(there, "warned");
  await room.act(room.talker, "POST", "chat/warning/acknowledge", {});
  for (const client of [here, there]) await told(client, null);
  expect(await there.sayPatiently("sorry")).toMatchObject({ type: "said" });
  for (const client of [here, there]) await client.leave();
  await restarted();
});

test("an accepted request lifts a ban for good, also when both actor nodes die right after it", async () => {
  await room.act(room.moderator, "PUT", `chat/bans/${room.talker.login}`, { reason: "rude" });
  await room.act(room.talker, "POST", "chat/unban-requests", { text: "Please let me back in" });
  const client = await room.join(2, room.talker);
  const restarted = room.killActors();
  await refusedBy(client, "banned");
  await restarted();
  const { items } = await room.act<{ items: { id: string; text: string }[] }>(
    room.moderator,
    "GET",
    "chat/unban-requests",
  );
  expect(items).toMatchObject([{ text: "Please let me back in" }]);
  await room.act(room.moderator, "POST", `chat/unban-requests/${items[0]!.id}`, {
    accept: true,
    answer: "Welcome back",
  });
  room.killActors();
  expect(await client.sayPatiently("thank you", 20_000)).toMatchObject({ type: "said" });
  expect(await room.act<object>(room.talker, "GET", "chat/unban-requests/mine")).toMatchObject({
    banned: false,
    request: { state: "accepted", answer: "Welcome back" },
  });
  await client.leave();
});
