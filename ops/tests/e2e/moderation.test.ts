// Moderation in a running system: two edges, two actor nodes, and the owner of the room is killed.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { ModeratedRoom } from "../support/moderated-room.ts";
import { until } from "../support/until.ts";

let room: ModeratedRoom;
beforeAll(async () => {
  room = await ModeratedRoom.open();
});
afterAll(() => room?.close());

test("a ban holds at every edge, after the death of the room's owner, and until it is lifted", async () => {
  const [here, there] = [await room.join(1, room.talker), await room.join(2)];
  expect(await here.say("something rude")).toMatchObject({ type: "said" });
  await room.act(room.moderator, "PUT", `chat/bans/${room.talker.login}`, { reason: "rude" });
  expect(await here.say("again")).toMatchObject({ type: "refused", code: "banned" });
  const late = await room.join(2);
  expect(late.lines.map(({ body, deleted }) => [body, deleted])).toEqual([["", true]]);
  room.killActors();
  const again = await room.join(2, room.talker);
  await until("the room to have an owner", async () => {
    const verdict = await again.say("and again");
    expect(verdict.type).toBe("refused");
    return verdict.type === "refused" && verdict.code === "banned";
  });
  await room.act(room.moderator, "DELETE", `chat/bans/${room.talker.login}`, {});
  expect(await again.say("sorry")).toMatchObject({ type: "said" });
  for (const client of [here, there, late, again]) await client.leave();
});

test("slow mode is set and refuses with the time that is left; its moderators are above it", async () => {
  await room.act(room.moderator, "PATCH", "chat/settings", { slowMs: 60_000 });
  const [talker, above] = [await room.join(1, room.talker), await room.join(2, room.moderator)];
  await talker.say("one");
  const refused = await talker.say("two");
  expect(refused).toMatchObject({ type: "refused", code: "slow_mode" });
  expect(refused.type === "refused" ? refused.retryAfterMs : 0).toBeGreaterThan(30_000);
  for (const body of ["a", "b"]) expect(await above.say(body)).toMatchObject({ type: "said" });
  for (const client of [talker, above]) await client.leave();
});

test("a held line outlasts the death of every actor node, and is said once it is allowed, at every edge", async () => {
  await room.act(room.moderator, "PATCH", "chat/settings", { slowMs: 0 });
  await room.act(room.moderator, "PATCH", "chat/automod", { levels: { links: 1 } });
  const [talker, watcher, above] = [
    await room.join(1, room.talker),
    await room.join(2),
    await room.join(2, room.moderator),
  ];
  expect(await talker.say("look at example.com", "held-1")).toMatchObject({ type: "refused", code: "held" });
  await until("the moderator to be told", () => above.frames.some(({ type }) => type === "held"));
  room.killActors();
  const { items } = await room.act<{ items: { id: string; body: string }[] }>(room.moderator, "GET", "chat/held");
  const [held] = items;
  expect(held).toMatchObject({ body: "look at example.com" });
  await until("the room to have an owner", async () => {
    const answer = await room.act(room.moderator, "POST", `chat/held/${held!.id}`, { allow: true }).catch(() => null);
    return answer !== null;
  });
  await until("the line", () => watcher.lines.some(({ id }) => id === held!.id));
  expect(watcher.lines.find(({ id }) => id === held!.id)).toMatchObject({
    ...{ body: "look at example.com", user: { login: room.talker.login } },
  });
  expect(await talker.sayPatiently("hello again")).toMatchObject({ type: "said" });
  const late = await room.join(1);
  expect(late.lines.filter(({ id }) => id === held!.id)).toHaveLength(1);
  for (const client of [talker, watcher, above, late]) await client.leave();
}, 60_000);

test("a term that is blocked refuses it in a disguise, and no longer word", async () => {
  await room.act(room.moderator, "POST", "chat/terms", { text: "plonk" });
  const talker = await room.join(2, room.talker);
  expect(await talker.say("you p l o n k")).toMatchObject({ type: "refused", code: "blocked_term" });
  expect(await talker.say("kerplonking around")).toMatchObject({ type: "said" });
  await talker.leave();
});
