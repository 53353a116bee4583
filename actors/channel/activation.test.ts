// One awake channel with its room, over bus and stores in memory and with a manual clock.

import { expect, test } from "bun:test";
import { MemoryChatStore } from "#actors/chat/log/store-memory.ts";
import type { Room } from "#actors/chat/room.ts";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { MemoryHub } from "#runtime/bus/bus-memory.ts";
import { MemoryStore } from "#runtime/store/store-memory.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { type ChatBatch, linesIn, type RoomRequest } from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { openChannel } from "./activation.ts";
import { equip } from "./children/child.ts";
import { room } from "./children/room.ts";
import { NO_LIMITS } from "./rules/limits.ts";
import { createHistories } from "./source-history.ts";

const CHANNEL = "c1";
const author = { id: "u", login: "ada", displayName: "Ada", color: "#123456", badges: [] };

async function wake() {
  const clock = new ManualClock();
  const random = new SeededRandom(1);
  const hub = new MemoryHub(clock);
  const store = new MemoryStore(clock);
  const now = { chatAway: false };
  const chat = new MemoryChatStore({ fault: () => (now.chatAway ? "lostBefore" : "none") });
  const edge = hub.connect();
  const published: ChatBatch[] = [];
  edge.subscribe(subjects.chat(CHANNEL), (body) => published.push(body as ChatBatch));
  const rooms = new Map<string, Room>();
  const parts = { clock, random, nowMs: () => clock.wallMs(), bus: hub.connect(), chat, rooms, roomQuietMs: 60_000 };
  const node = {
    ...parts,
    store: store.actors,
    log: createLog({ name: "test", level: "silent" }),
    children: [equip(room, parts)],
    graceMs: 90_000,
    limits: NO_LIMITS,
    ingests: new Map(),
    histories: createHistories(),
    packagers: new Map(),
    forwards: new Map(),
    address: "http://node",
    handElsewhere() {},
    onCount() {},
  };
  const claimed = await store.actors.claim(
    { kind: "channel", key: CHANNEL },
    { node: "n", believedEpoch: 0, dead: null },
  );
  if (!claimed) throw new Error("not claimed");
  chat.claim(CHANNEL);
  const fencedBy: (string | undefined)[] = [];
  const ownership = { key: CHANNEL, claimed, mayWrite: () => true };
  const activation = openChannel(node, { ...ownership, onFenced: (noticedBy) => fencedBy.push(noticedBy) });
  let calls = 0;
  const ask = (message: unknown, withinMs = 8_000) =>
    activation.ask(message, { id: `${++calls}`, deadlineMonoMs: clock.monoMs() + withinMs });
  const say = (nonce: string) => ask({ type: "room.say", user: author, nonce, body: nonce } satisfies RoomRequest);
  const watch = async () => {
    edge.publish(subjects.viewers(CHANNEL), { edge: "e", count: 1 });
    await clock.settle(20);
  };
  const settled = async <T>(promise: Promise<T>, withinMs = 1_000) => {
    await clock.settle(withinMs, 5);
    return promise;
  };
  return { clock, store, chat, now, edge, rooms, published, activation, fencedBy, ask, say, watch, settled };
}

test("the first line opens the room, is stored and published, and does not write the channel's row", async () => {
  const { say, settled, store, rooms, published, clock } = await wake();
  await clock.settle(100);
  expect([rooms.size, clock.waiting]).toEqual([0, 0]);
  store.fault = () => "before"; // The channel's own row cannot even be saved.
  expect(await settled(say("hello"))).toMatchObject({ ok: true, value: { seq: 1 } });
  expect(published.map(({ entries }) => linesIn(entries).map(({ body }) => body))).toEqual([["hello"]]);
  expect([rooms.size, store.writes]).toEqual([1, []]);
});

test("a viewer opens the room, so that the status has the last owner's head, without a write of the channel's row", async () => {
  const { ask, chat, store, watch, settled, rooms } = await wake();
  chat.put(CHANNEL, {
    ...{ seq: 7, id: "l", at: "", user: author, nonce: "n", body: "b", action: false, replyTo: null, epoch: 0 },
  });
  await ask({ type: "describe" }); // Edges ask before they report.
  await watch();
  const status = (await settled(ask({ type: "describe" }))) as { value: ChannelStatus };
  expect(status).toMatchObject({ value: { headSeq: 7, viewers: 1 } });
  expect([rooms.size, store.writes]).toEqual([1, []]);
});

test("a channel whose room was quiet for a minute may sleep, and its room closes", async () => {
  const { say, settled, activation, rooms, clock } = await wake();
  await settled(say("hello"));
  expect(activation.idleAtVersion).toBeNull();
  await clock.settle(61_000, 1_000);
  expect(activation.idleAtVersion).toBe(0);
  await activation.stop("ask");
  expect([rooms.size, clock.waiting]).toEqual([0, 0]);
  expect(await settled(say("late"))).toMatchObject({ ok: false, code: "moved" });
});

test("a hand-over closes the room first: a line in flight is awaited, an unsent line is moved, and the room does not reopen", async () => {
  const { say, settled, activation, rooms, watch, ask, now } = await wake();
  await ask({ type: "describe" });
  await settled(say("1"));
  now.chatAway = true;
  const sent = say("sent");
  await settled(Promise.resolve(), 50);
  const unsent = say("unsent");
  const handed = activation.handOver!();
  await watch();
  expect([...rooms.values()].map(({ isClosing }) => isClosing)).toEqual([true]);
  expect(await settled(unsent, 10)).toMatchObject({ ok: false, code: "moved" });
  now.chatAway = false;
  expect(await settled(sent)).toMatchObject({ ok: true, value: { seq: 2 } });
  const farewell = await handed;
  expect(await settled(say("late"))).toEqual({ ok: false, code: "moved" });
  await settled(farewell(true));
  expect(rooms.size).toBe(0);
});

test("a room that an edge asks for while a slow save hands the channel over does not outlive it", async () => {
  const { settled, activation, rooms, watch, say, store, clock, ask } = await wake();
  await ask({ type: "describe" });
  const { save } = store.actors;
  store.actors.save = async (state) => {
    await clock.sleep(300);
    return save(state);
  };
  const handed = activation.handOver!();
  for (let i = 0; i < 4; i++) {
    await watch();
    void say(`asked ${i}`);
    await settled(Promise.resolve(), 100);
  }
  const farewell = await settled(handed);
  await watch();
  await settled(farewell(true), 10_000);
  expect([rooms.size, clock.waiting]).toEqual([0, 0]);
});

test("a hand-over that could not be saved leaves a working channel", async () => {
  const { say, settled, activation, store, ask } = await wake();
  const session = { ingest: "main", boot: "b", clientId: "1" };
  void ask({ type: "publish", session, remoteAddress: "", encoder: "OBS" });
  await settled(say("1"));
  store.fault = (statement) => (statement === "save" ? "before" : undefined);
  const handed = activation.handOver!().then(
    () => "handed",
    () => "refused",
  );
  expect(await settled(handed, 3_000)).toBe("refused");
  expect(await settled(say("2"))).toMatchObject({ ok: true, value: { seq: 2 } });
});

test("a hand-over that fails while the node is cut off leaves the room as it is: an act in flight is stored and told once, as it was made", async () => {
  const { settled, activation, now, chat, rooms, published, ask, clock, store } = await wake();
  const session = { ingest: "main", boot: "b", clientId: "1" };
  void ask({ type: "publish", session, remoteAddress: "", encoder: "OBS" });
  await settled(ask({ type: "room.history", before: null, limit: 1 }));
  const [room] = rooms.values();
  const act = { type: "room.act", id: "e0000000-0000-7000-8000-000000000001", by: author, act: "clear" };
  now.chatAway = true;
  store.fault = () => "before";
  void ask(act);
  await settled(Promise.resolve(), 100);
  await activation.suspend();
  const handed = activation.handOver!().then(
    () => "handed",
    () => "refused",
  );
  expect(await settled(handed, 8_000)).toBe("refused");
  store.fault = () => undefined;
  activation.resume();
  const repeated = ask(act);
  await clock.settle(50);
  now.chatAway = false;
  expect(await settled(repeated, 5_000)).toMatchObject({ ok: true, value: { seq: 1 } });
  expect([...rooms.values()]).toEqual([room!]);
  expect(published.flatMap(({ entries }) => entries).length).toBe(1);
  expect(chat.rows(CHANNEL).length).toBe(0);
});

test("a room that learns of another owner fences its channel", async () => {
  const { say, settled, chat, fencedBy } = await wake();
  await settled(say("1"));
  chat.claim(CHANNEL);
  expect(await settled(say("2"))).toEqual({ ok: false, code: "moved", detail: "the room has another owner" });
  expect(fencedBy).toEqual(["room"]);
});

test("a line in flight during a cut-off is stored once, and answered when the store is back", async () => {
  const { say, settled, activation, now, chat } = await wake();
  await settled(say("1"));
  now.chatAway = true;
  const line = say("2");
  await settled(Promise.resolve(), 100);
  await activation.suspend();
  now.chatAway = false;
  activation.resume();
  expect(await settled(line, 3_000)).toMatchObject({ ok: true, value: { seq: 2 } });
  expect(await settled(say("3"))).toMatchObject({ ok: true, value: { seq: 3 } });
  expect(chat.rows(CHANNEL).map(({ body }) => body)).toEqual(["1", "2", "3"]);
});
