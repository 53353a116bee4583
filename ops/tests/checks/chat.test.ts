// Chat lines from edge to PostgreSQL and back with real stores and a real bus, while owners change, batches get lost and connections
// break. Design §6, I2.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { createPostgresChatStore } from "#actors/chat/log/store-postgres.ts";
import { openRoom, type Room } from "#actors/chat/room.ts";
import { chatEdge, testBus, Viewer } from "#edge/chat/testing.ts";
import type { Refusal } from "#runtime/actor/actor.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { SeededRandom, systemRandom } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { ServerFrame } from "#schema/api/chat-frames.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import { roomEntries } from "#schema/queries/chat/entries.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import type { CallAnswer, CallRequest } from "#schema/wire/call.ts";
import { linesIn, type RoomRequest } from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";

const log = createLog({ name: "test", level: "silent" });
let stored: TestDatabase;
let owners: Database;
let bus: Bus;
beforeAll(async () => {
  stored = await testDatabase();
  owners = connectDatabase({ url: stored.url, applicationName: "owners", connectionsMax: 4 });
  bus = await testBus();
});
afterAll(async () => {
  await bus.close();
  await owners.close();
  await stored.drop();
});

interface Owner {
  room: Room;
  /** Stops new requests; the room itself continues until it is stopped or notices the take-over. */
  deafen(): Promise<void>;
}

/** Claims the channel and serves it like an actor node. `loses`: share of its batches that never reach the bus. */
async function own(channelId: string, loses: () => boolean): Promise<Owner> {
  const [row] = await stored.database.sql<{ epoch: number }[]>`
    INSERT INTO actors AS a (kind, key, epoch) VALUES ('channel', ${channelId}, 1)
    ON CONFLICT (kind, key) DO UPDATE SET epoch = a.epoch + 1 RETURNING epoch`;
  const { epoch } = row!;
  const room = openRoom({
    channelId,
    epoch,
    clock: systemClock,
    random: systemRandom,
    log,
    store: createPostgresChatStore(owners, systemClock),
    nowMs: () => Date.now(),
    publish: (batch) => {
      if (!loses()) bus.publish(subjects.chat(channelId), batch);
    },
    onFenced: () => {},
  });
  const status = () => ({ channelId, epoch, phase: "offline", broadcastId: null, headSeq: room.headSeq, viewers: 0 });
  const subscription = bus.subscribe(subjects.actor("channel", channelId), (body, respond) => {
    const { id, remainingMs, message } = body as CallRequest<RoomRequest | { type: "describe" }>;
    if (message.type === "describe")
      return respond({ ok: true, value: status(), node: "n", epoch } satisfies CallAnswer);
    room.handle(message, { id, deadlineMonoMs: systemClock.monoMs() + remainingMs }).then(
      (value) => respond({ ok: true, value, node: "n", epoch } satisfies CallAnswer),
      (error: Refusal) => respond({ ok: false, code: error.code, node: "n", epoch } satisfies CallAnswer),
    );
  });
  const telling = setInterval(() => bus.publish(subjects.status(channelId), status()), 500);
  await bus.flush();
  return {
    room,
    async deafen() {
      clearInterval(telling);
      await subscription.drain();
    },
  };
}

const numbers = (to: number) => Array.from({ length: to }, (_, i) => i + 1);

test("while owners change, batches get lost and connections break, every socket gets every line once and in order, and acknowledged lines are stored", async () => {
  const dice = new SeededRandom(7);
  const channelId = systemRandom.uuid(Date.now());
  const loses = () => dice.next() < 0.1;
  let owner = await own(channelId, loses);
  const edges = [await chatEdge(), await chatEdge()];
  const viewers = numbers(40).map((i) => new Viewer(edges[i % 2]!.url(channelId)));
  await Promise.all(viewers.map((viewer) => viewer.hello()));

  let busy = true;
  let cuts = 0;
  const moves: string[] = [];
  const breaking = (async () => {
    while (busy) {
      await Bun.sleep(60);
      // Not a new connection: the driver queries types first, and an error of that query is unhandled.
      const cut = await stored.database.sql`
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE application_name = 'owners' AND random() < 0.5 AND query <> '' AND query NOT LIKE '%pg_catalog.pg_type%'`;
      cuts += cut.length;
      if (dice.next() < 0.6) continue;
      const old = owner;
      owner = await own(channelId, loses);
      const how = (["ask", "kill", "unaware"] as const)[Math.floor(dice.next() * 3)]!;
      moves.push(how);
      // An owner that has not noticed the take-over answers beside its successor for a while.
      if (how === "unaware") await Bun.sleep(100);
      await old.deafen();
      if (how !== "unaware") await old.room.stop(how);
    }
  })();

  const said: { body: string; frame: Extract<ServerFrame, { type: "said" }> }[] = [];
  const talkers = numbers(10).map(async (i) => {
    const talker = new Viewer(edges[i % 2]!.url(channelId));
    await talker.hello(crypto.randomUUID());
    for (const n of numbers(40)) {
      const body = `${i} says ${n}`;
      for (;;) {
        talker.frames.length = 0;
        talker.say(`${i}-${n}`, body);
        const frame = await talker.answer(`${i}-${n}`);
        if (frame.type === "said") {
          said.push({ body, frame });
          break;
        }
        expect(frame).toMatchObject({ code: "unavailable" });
      }
    }
    talker.ws.close();
  });
  await Promise.all(talkers);
  busy = false;
  await breaking;

  const entries = linesIn(await roomEntries(stored.database.sql, { channelId, after: 0, limit: 1_000 }));
  expect(entries.map((entry) => entry.seq)).toEqual(numbers(400));
  expect(said).toHaveLength(400);
  for (const { body, frame } of said) expect(entries[frame.seq - 1]).toMatchObject({ id: frame.id, body });
  for (const i of numbers(10)) {
    const mine = entries.filter((entry) => entry.body.startsWith(`${i} says`)).map((entry) => entry.body);
    expect(mine).toEqual(numbers(40).map((n) => `${i} says ${n}`));
  }
  await Promise.all(viewers.map((viewer) => viewer.seq(400)));
  const ids = entries.map((entry) => entry.id);
  for (const viewer of viewers) expect(linesIn(viewer.entries).map((entry) => entry.id)).toEqual(ids);
  // The faults must have had an effect.
  expect(cuts).toBeGreaterThan(0);
  expect(moves.length).toBeGreaterThan(0);

  for (const viewer of viewers) viewer.ws.close();
  for (const edge of edges) await edge.close();
  await owner.deafen();
  await owner.room.stop("ask");
});

test("a stranger's texts that no store can hold stop nobody: each is refused by itself, and the room goes on", async () => {
  const channelId = systemRandom.uuid(Date.now());
  const owner = await own(channelId, () => false);
  const edge = await chatEdge();
  const [mallory, ada] = [new Viewer(edge.url(channelId)), new Viewer(edge.url(channelId))];
  await Promise.all([mallory, ada].map((viewer) => viewer.hello(crypto.randomUUID())));

  for (const [nonce, body] of [
    ["half", "a\ud83d"],
    ["nul", "a\u0000"],
    ["turned", "\ude00\ud83d"],
  ] as const) {
    mallory.say(nonce, body);
    expect(await mallory.answer(nonce)).toMatchObject({ type: "refused", code: "invalid_body" });
  }
  mallory.frames.length = 0;
  mallory.say("\ud800", "one");
  await mallory.first("refused");
  ada.say("1", "still here 🦊");
  expect(await ada.answer("1")).toMatchObject({ type: "said", seq: 1 });
  // An edge of an earlier release lets such nonces through.
  const user = { id: crypto.randomUUID(), login: "mallory", displayName: "M", color: "#000000", badges: [] };
  for (const nonce of ["\ud800", "\ud801"])
    await expect(
      owner.room.handle(
        { type: "room.say", user, nonce, body: "two" },
        { id: nonce, deadlineMonoMs: systemClock.monoMs() + 5_000 },
      ),
    ).rejects.toMatchObject({ code: "invalid_body" });
  ada.say("2", "and here");
  expect(await ada.answer("2")).toMatchObject({ type: "said", seq: 2 });
  const entries = linesIn(await roomEntries(stored.database.sql, { channelId, after: 0, limit: 10 }));
  expect(entries.map(({ body }) => body)).toEqual(["still here 🦊", "and here"]);

  for (const viewer of [mallory, ada]) viewer.ws.close();
  await edge.close();
  await owner.deafen();
  await owner.room.stop("ask");
});
