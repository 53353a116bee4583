// Open sockets of people and bots whose tokens are revoked.

import { afterAll, afterEach, beforeAll, expect, test } from "bun:test";
import type { Bus } from "#runtime/bus/bus.ts";
import { patient } from "#schema/testing-slowness.ts";
import { chatEdge, StandInRoom, type TestChatEdge, testBus, Viewer } from "./testing.ts";

let ownersBus: Bus;
let at: TestChatEdge;
let room: StandInRoom;
const viewers: Viewer[] = [];

beforeAll(async () => {
  ownersBus = await testBus();
  at = await chatEdge();
  room = new StandInRoom(ownersBus);
});
afterEach(() => {
  for (const viewer of viewers.splice(0)) viewer.ws.close();
  at.ended.clear();
  at.stale.clear();
});
afterAll(async () => {
  await room.stop();
  await at.close();
  await ownersBus.close();
});

function viewer() {
  const made = new Viewer(at.url(room.channelId));
  viewers.push(made);
  return made;
}

test("all sockets of a signed-out user are closed with 4501 within 2 s, and no others", async () => {
  const [one, two, other, nobody] = [viewer(), viewer(), viewer(), viewer()];
  await Promise.all([one.hello("ada"), two.hello("ada"), other.hello("bob"), nobody.hello()]);
  const startMs = performance.now();
  at.ended.add("ada");
  expect(await one.closed).toEqual({ code: 4501, reason: "token revoked" });
  expect((await two.closed).code).toBe(4501);
  expect(performance.now() - startMs).toBeLessThan(patient(2_000));
  for (const { ws } of [other, nobody]) expect(ws.readyState).toBe(WebSocket.OPEN);
});

test("a line right after the sign-out is refused", async () => {
  const ada = viewer();
  await ada.hello("ada");
  at.ended.add("ada");
  ada.send({ type: "say", nonce: "late", body: "one more thing" });
  expect((await ada.closed).code).toBe(4501);
  expect(room.entries.filter((entry) => entry.kind === "line" && entry.body === "one more thing")).toEqual([]);
});

test("a bot reads with chat:read, speaks with chat:write, and is refused without either", async () => {
  const [reads, speaks, neither] = [viewer(), viewer(), viewer()];
  expect((await reads.hello("bot1+chat:read")).you).toMatchObject({ login: "bot1" });
  reads.send({ type: "say", nonce: "1", body: "may I?" });
  expect(await reads.first("refused")).toMatchObject({ nonce: "1", code: "not_signed_in" });
  await speaks.hello("bot2+chat:read+chat:write");
  speaks.send({ type: "say", nonce: "2", body: "hello" });
  expect(await speaks.first("said")).toMatchObject({ nonce: "2" });
  await neither.opened;
  neither.send({ type: "hello", token: "bot3+profile:read" });
  expect((await neither.closed).code).toBe(4501);
});

test("a change of a user's roles is sent to the user's sockets in the room", async () => {
  const other = new StandInRoom(ownersBus);
  const [ada, bob, elsewhere] = [viewer(), viewer(), new Viewer(at.url(other.channelId))];
  await Promise.all([ada.hello("ada"), bob.hello("bob"), elsewhere.hello("ada")]);
  at.granted.set("ada", ["moderator"]);
  at.hub.rolesChanged(room.channelId, "ada");
  expect(await ada.first("you")).toEqual({ type: "you", id: "ada", login: "ada", roles: ["moderator"] });
  for (const one of [bob, elsewhere]) expect(one.frames.some(({ type }) => type === "you")).toBe(false);
  at.granted.clear();
  elsewhere.ws.close();
  await other.stop();
});

test("a user whose role has changed must reconnect with a new token", async () => {
  const [ada, bob] = [viewer(), viewer()];
  await Promise.all([ada.hello("ada"), bob.hello("bob")]);
  at.stale.add("ada");
  expect((await ada.closed).code).toBe(4003);
  expect(bob.ws.readyState).toBe(WebSocket.OPEN);
});

test("every socket of a closed channel is closed, and those of other rooms stay", async () => {
  const other = new StandInRoom(ownersBus);
  const [ada, guest, elsewhere] = [viewer(), viewer(), new Viewer(at.url(other.channelId))];
  await Promise.all([ada.hello("ada"), guest.hello(), elsewhere.hello("bob")]);
  at.hub.closeRoom(room.channelId);
  for (const one of [ada, guest]) expect((await one.closed).code).toBe(4504);
  expect(elsewhere.ws.readyState).toBe(WebSocket.OPEN);
  elsewhere.ws.close();
  await other.stop();
});

test("the lines of a deleted account disappear for sockets in the room and for new ones", async () => {
  const other = new StandInRoom(ownersBus);
  const here = new Viewer(at.url(other.channelId));
  viewers.push(here);
  await here.hello();
  const [said] = other.add("my address is 7 Elm Street");
  await here.seq(said!.seq);
  at.hub.erase(new Set(["somebody", "somebody else"]));
  expect(await here.first("erased")).toEqual({ type: "erased", userIds: ["somebody"] });
  const newcomer = new Viewer(at.url(other.channelId));
  viewers.push(newcomer);
  const { entries } = await newcomer.hello();
  expect(entries).toMatchObject([
    { seq: said!.seq, id: said!.id, user: { login: "deleted" }, body: "", deleted: true },
  ]);
  at.hub.erase(new Set(["somebody"]));
  other.add("a sign that all frames before it have come");
  await here.seq(said!.seq + 1);
  expect(here.frames.filter(({ type }) => type === "erased")).toHaveLength(1);
  const wasAway = new Viewer(at.url(other.channelId));
  viewers.push(wasAway);
  expect((await wasAway.hello(undefined, said!.seq)).resumed).toBe(true);
  // The page's lines may come from another edge, so it gets every recently deleted account.
  expect(await wasAway.first("erased")).toEqual({ type: "erased", userIds: ["somebody else", "somebody"] });
  await other.stop();
});
