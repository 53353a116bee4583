import { expect, test } from "bun:test";
import type { Refusal } from "#runtime/actor/actor.ts";
import type { ManualClock } from "#runtime/base/clock.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { type ChatBatch, DEFAULT_ROOM_SETTINGS, type Entry, linesIn, type SayAnswer } from "#schema/wire/room.ts";
import type { StoreFault } from "./log/store-memory.ts";
import type { Room } from "./room.ts";
import { channelId, moderator, turning, world } from "./testing-room.ts";

test("lines of one moment are one batch: stored, published once, then acknowledged in order", async () => {
  const { clock, store, published, open, say } = world();
  const room = open();
  const said = Promise.all([say(room, "a", "1"), say(room, "b", "2"), say(room, "a", "3")]);
  expect((await turning(clock, said)).map((answer) => (answer as SayAnswer).seq)).toEqual([1, 2, 3]);
  expect(store.calls.get("insert")).toBe(1);
  expect(published.map((batch) => linesIn(batch.entries).map((entry) => entry.body))).toEqual([["1", "2", "3"]]);
  expect(room.headSeq).toBe(3);
});

test("a new owner continues after the highest stored number", async () => {
  const { clock, open, say } = world();
  const first = open();
  await turning(clock, say(first, "a", "1"));
  await first.stop("ask");
  expect(await turning(clock, say(open(), "a", "2"))).toMatchObject({ seq: 2 });
});

test("an unknown outcome sends the same batch again: stored once, under the number first given", async () => {
  const faults: StoreFault[] = ["none", "none", "none", "lostAfter", "lostBefore", "lostAfter"];
  const { clock, store, published, open, say } = world({ fault: () => faults.shift() ?? "none" });
  const room = open();
  expect(await turning(clock, say(room, "a", "1"))).toMatchObject({ seq: 1 });
  expect(store.rows(channelId).map((row) => row.seq)).toEqual([1]);
  expect(published).toHaveLength(1);
  expect(store.calls.get("readBack")).toBe(1);
});

test("a repeat joins the line in flight, later gets the same answer, and is refused with other words", async () => {
  const { clock, store, open, say } = world();
  const room = open();
  const both = Promise.all([say(room, "a", "n", "hi"), say(room, "a", "n", "hi"), say(room, "a", "n", "ho")]);
  const [first, second, third] = await turning(clock, both);
  expect(second).toEqual(first);
  expect(third).toBe("nonce_reused");
  expect(await say(room, "a", "n", "hi")).toEqual(first);
  expect(await say(room, "a", "n", "ho")).toBe("nonce_reused");
  expect(store.rows(channelId)).toHaveLength(1);
});

test("a repeat at a new owner is answered from the store, its neighbours are renumbered", async () => {
  const { clock, store, open, say } = world();
  const first = await turning(clock, say(open(), "a", "n", "hi"));
  const room = open();
  const answers = Promise.all([
    say(room, "b", "1"),
    say(room, "a", "n", "hi"),
    say(room, "b", "2"),
    say(room, "c", "3"),
  ]);
  const [one, again, two, three] = await turning(clock, answers);
  expect(again).toEqual(first);
  expect([one, two, three].map((said) => (said as SayAnswer).seq)).toEqual([2, 3, 4]);
  expect(await turning(clock, say(open(), "a", "n", "else"))).toBe("nonce_reused");
  expect(store.rows(channelId).map((row) => row.seq)).toEqual([1, 2, 3, 4]);
});

test("only the bad line of a poisoned batch is refused", async () => {
  const { clock, store, open, say } = world({ poison: (body) => body === "bad" });
  const room = open();
  const bodies = ["1", "2", "bad", "3", "4", "5"];
  const answers = await turning(clock, Promise.all(bodies.map((body, i) => say(room, "a", `n${i}`, body))));
  expect(answers[2]).toBe("invalid_body");
  expect(store.rows(channelId).map((row) => row.body)).toEqual(["1", "2", "3", "4", "5"]);
  expect(store.rows(channelId).map((row) => row.seq)).toEqual([1, 2, 3, 4, 5]);
});

test("a nonce that the store takes for another one refuses its own line; all other lines are stored", async () => {
  const { clock, store, open, say } = world({ nonceAs: (nonce) => nonce.toLowerCase() });
  const room = open();
  await turning(clock, say(room, "mallory", "N"));
  const nonces = ["1", "2", "n", "3", "4"];
  const answers = await turning(clock, Promise.all(nonces.map((nonce) => say(room, "mallory", nonce))));
  expect(answers[2]).toBe("invalid_body");
  // Both of one batch, with nothing stored before.
  const [first, second, other] = await turning(
    clock,
    Promise.all([say(room, "mallory", "X"), say(room, "mallory", "x"), say(room, "ada", "hi")]),
  );
  expect([first, other]).toMatchObject([{}, {}]);
  expect(second).toBe("invalid_body");
  expect(store.rows(channelId).map(({ body }) => body)).toEqual(["N", "1", "2", "3", "4", "X", "hi"]);
  expect(store.rows(channelId).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  expect(await turning(clock, say(room, "ada", "later"))).toMatchObject({ seq: 8 });
});

test("a batch that is refused after an unknown outcome is looked up first: a stored line is acknowledged", async () => {
  // The insert lands but its answer is lost; then the store refuses the same statement.
  const faults: StoreFault[] = ["none", "none", "none", "lostAfter"];
  let refuses = false;
  const { clock, store, published, open, say } = world({
    fault: (name) => {
      const fault = faults.shift() ?? "none";
      if (name === "insert") refuses = fault === "none";
      return fault;
    },
    poison: () => refuses,
  });
  const room = open();
  expect(await turning(clock, Promise.all([say(room, "a", "1"), say(room, "b", "2")]))).toMatchObject([
    { seq: 1 },
    { seq: 2 },
  ]);
  expect([store.rows(channelId).length, published.length]).toEqual([2, 1]);
  expect(await turning(clock, say(room, "a", "3"))).toBe("invalid_body");
});

test("lines keep ascending times while the clock goes back a little, and true times after one leap of it", async () => {
  let leapMs = 0;
  const { clock, store, open, say } = world({ leapMs: () => leapMs });
  const room = open();
  for (const [nonce, ms] of [
    ["1", 0],
    ["2", -3_000],
    ["3", 3_600_000],
    ["4", 0],
    ["5", 0],
  ] as const) {
    leapMs = ms;
    await turning(clock, say(room, "a", nonce));
  }
  const atMs = store.rows(channelId).map(({ at }) => Date.parse(at));
  expect(atMs[1]).toBe(atMs[0]!);
  expect(atMs[2]! - atMs[0]!).toBeGreaterThanOrEqual(3_600_000);
  expect(atMs[3]! - atMs[0]!).toBeLessThan(1_000);
  expect(atMs[4]!).toBeGreaterThan(atMs[3]!);
});

test("a fenced room answers moved, stores nothing, publishes nothing, and reports the fence once", async () => {
  const { clock, store, published, fenced, open, say } = world();
  const old = open();
  await turning(clock, say(old, "a", "1"));
  open();
  expect(await turning(clock, Promise.all([say(old, "a", "2"), say(old, "b", "3")]))).toEqual(["moved", "moved"]);
  expect(await say(old, "a", "4")).toBe("moved");
  expect(fenced).toEqual([1]);
  expect(store.rows(channelId)).toHaveLength(1);
  expect(published).toHaveLength(1);
});

test("a batch that landed before the claim is acknowledged although the epoch is gone", async () => {
  const faults: StoreFault[] = ["none", "none", "none", "lostAfter"];
  const { clock, published, fenced, open, say } = world({ fault: () => faults.shift() ?? "none" });
  const old = open();
  const said = say(old, "a", "1");
  await clock.settle(11, 1);
  open();
  expect(await turning(clock, said)).toMatchObject({ seq: 1 });
  expect(published).toHaveLength(1);
  expect(await turning(clock, say(old, "a", "2"))).toBe("moved");
  expect(fenced).toEqual([1]);
});

test("with the store away, unsent lines are refused after 5 s and never stored; lines in flight stay unknown and are stored later", async () => {
  let away = false;
  const { clock, store, open, say } = world({ fault: () => (away ? "lostBefore" : "none") });
  const room = open();
  await turning(clock, say(room, "a", "0"));
  away = true;
  const sent = say(room, "a", "sent");
  await clock.settle(50);
  const unsent = say(room, "a", "unsent");
  let unsentAfterMs = 0;
  const startMs = clock.monoMs();
  const seen = unsent.then((code) => {
    unsentAfterMs = clock.monoMs() - startMs;
    return code;
  });
  expect(await turning(clock, seen)).toBe("unavailable");
  expect(unsentAfterMs).toBeGreaterThanOrEqual(5_000);
  expect(unsentAfterMs).toBeLessThan(5_600);
  expect(await turning(clock, sent)).toBe("unavailable");
  away = false;
  await clock.settle(3_000);
  expect(store.rows(channelId).map((row) => row.body)).toEqual(["0", "sent"]);
  expect(await say(room, "a", "sent")).toMatchObject({ seq: 2 });
  expect(await turning(clock, say(room, "a", "unsent"))).toMatchObject({ seq: 3 });
});

test("a full queue answers busy with a retry time", async () => {
  const { clock, open, say } = world({ fault: () => "lostBefore" });
  const room = open();
  const answers = Array.from({ length: 2_001 }, (_, i) => say(room, `u${i}`, "n"));
  expect(await answers.at(-1)).toBe("busy");
  await turning(clock, Promise.all(answers));
});

test("a stop by `ask` lets the batch in flight land and answers moved for the rest; a stop by `kill` publishes nothing more", async () => {
  for (const how of ["ask", "kill"] as const) {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let inserting = false;
    const { clock, published, open, say } = world({
      fault: (name) => {
        if (name === "insert") inserting = true;
        return "none";
      },
      delay: () => (inserting ? held : Promise.resolve()),
    });
    const room = open();
    const sent = say(room, "a", "1");
    await clock.settle(20);
    const unsent = say(room, "a", "2");
    const stopped = room.stop(how);
    expect(await unsent).toBe("moved");
    release();
    await turning(clock, stopped);
    expect(await sent).toEqual(how === "ask" ? expect.objectContaining({ seq: 1 }) : "moved");
    expect(published).toHaveLength(how === "ask" ? 1 : 0);
    await room.stop("kill");
  }
});

test("history comes from memory, and older entries from the store; ascending, without holes", async () => {
  const { clock, store, open, say, history } = world();
  const old = open();
  for (let i = 1; i <= 120; i++) say(old, "a", `n${i}`, `line ${i}`);
  await clock.settle(100);
  const room = open();
  const newest = await turning(clock, history(room, null));
  expect(newest.headSeq).toBe(120);
  expect(newest.entries.map((entry) => entry.seq)).toEqual(Array.from({ length: 50 }, (_, i) => i + 71));
  const asked = store.calls.get("entries");
  await history(room, null);
  await history(room, 100);
  expect(store.calls.get("entries")).toBe(asked!);
  expect((await turning(clock, history(room, 0, 1_000))).entries.map((entry) => entry.seq)).toEqual(
    Array.from({ length: 120 }, (_, i) => i + 1),
  );
  expect(await history(room, 500)).toMatchObject({ headSeq: 120, entries: [] });
  await turning(clock, say(room, "a", "next"));
  expect((await history(room, 118)).entries.map((entry) => entry.seq)).toEqual([119, 120, 121]);
});

test("history that is not in memory is unavailable while the store is away, and an empty room has head 0", async () => {
  let away = false;
  const { clock, open, say, history } = world({ fault: () => (away ? "lostBefore" : "none") });
  const room = open();
  expect(await turning(clock, history(room, null))).toMatchObject({ headSeq: 0, entries: [] });
  await turning(clock, say(room, "a", "1"));
  away = true;
  expect(await history(room, 0)).toMatchObject({ headSeq: 1 });
  const next = open();
  const refused = history(next, null).then(
    () => "answered",
    (error: Refusal) => error.code,
  );
  expect(await turning(clock, refused)).toBe("unavailable");
  await next.stop("kill");
});

test("a history answer carries the room's settings", async () => {
  const { clock, open, act, history } = world();
  await turning(clock, act(open(), { act: "settings", change: { slowMs: 5_000 } }));
  const settings = { ...DEFAULT_ROOM_SETTINGS, slowMs: 5_000 };
  expect((await turning(clock, history(open(), null))).room).toEqual(settings);
});

test("a history answer fits the bus; the next request gets the rest", async () => {
  const { clock, open, say, history } = world();
  const room = open();
  for (let i = 0; i < 400; i++) say(room, "a", `n${i}`, "🦊".repeat(500));
  await clock.settle(200);
  const oldest = await history(room, 0, 1_000);
  expect(oldest.entries[0]!.seq).toBe(1);
  expect(oldest.entries.length).toBeLessThan(400);
  const newest = await history(room, null, 1_000);
  expect(newest.entries.at(-1)!.seq).toBe(400);
  for (const answer of [oldest, newest]) expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(600 * 1024);
});

/** The invariants: each line exactly once, no holes, in order per sender, published equals stored. */
function check(rows: { seq: number; id: string; body: string; user: { id: string } }[], published: ChatBatch[]) {
  expect(rows.map((row) => row.seq)).toEqual(rows.map((_, i) => i + 1));
  expect(new Set(rows.map((row) => `${row.user.id} ${row.body}`)).size).toBe(rows.length);
  const last = new Map<string, number>();
  for (const row of rows) {
    expect(Number(row.body)).toBeGreaterThan(last.get(row.user.id) ?? -1);
    last.set(row.user.id, Number(row.body));
  }
  const entries = linesIn(published.flatMap((batch) => batch.entries));
  for (const entry of entries) expect(rows[entry.seq - 1]!.id).toBe(entry.id);
  expect(new Set(entries.map((entry: Entry) => entry.seq)).size).toBe(entries.length);
}

test("with any store faults, every acknowledged line is stored exactly once at its number (300 seeds)", async () => {
  let acknowledged = 0;
  let unknown = 0;
  let fencedRooms = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const dice = new SeededRandom(seed);
    let clockOf: ManualClock | undefined;
    const state = world({
      seed,
      fault: () => {
        const x = dice.next();
        return x < 0.12 ? "lostBefore" : x < 0.24 ? "lostAfter" : "none";
      },
      delay: async () => {
        if (dice.next() < 0.4) await clockOf?.sleep(Math.floor(dice.next() * 40));
      },
    });
    const { clock, store, published, fenced, open, say } = state;
    clockOf = clock;
    let room = open();
    const acks: { user: string; body: string; said: SayAnswer }[] = [];
    // Each sender has one line in flight, and repeats it with the same nonce until its outcome is known, as an edge does.
    const sender = async (user: string) => {
      for (let i = 0; i < 8; i++) {
        for (let tries = 0; tries < 40; tries++) {
          const said = await say(room, user, `n${i}`, String(i), 1_000);
          if (typeof said !== "string") {
            acks.push({ user, body: String(i), said });
            break;
          }
          if (said === "unavailable") unknown++;
          await clock.sleep(20 + Math.floor(dice.next() * 50));
        }
      }
    };
    const mover = async () => {
      for (let i = 0; i < 3; i++) {
        await clock.sleep(Math.floor(dice.next() * 300));
        const old = room;
        room = open();
        const x = dice.next();
        if (x < 0.3) void old.stop("kill");
        else if (x < 0.6) void old.stop("ask");
      }
    };
    await turning(clock, Promise.all([...["a", "b", "c", "d"].map(sender), mover()]), 10);
    await room.stop("kill");
    const rows = store.rows(channelId);
    check(rows, published);
    expect(acks).toHaveLength(32);
    for (const { user, body, said } of acks)
      expect(rows[said.seq - 1]).toMatchObject({ id: said.id, body, user: { id: user } });
    acknowledged += acks.length;
    fencedRooms += fenced.length;
  }
  expect(acknowledged).toBe(300 * 32);
  // Without faults this test would prove nothing.
  expect(unknown).toBeGreaterThan(0);
  expect(fencedRooms).toBeGreaterThan(50);
});

test("lines of erased users are in no history, whether they were stored or in flight", async () => {
  const { clock, published, open, say, history } = world();
  const room = open();
  await turning(clock, Promise.all([say(room, "ada", "1", "hello"), say(room, "bob", "2")]));
  const late = say(room, "ada", "3", "and one more");
  room.erase(new Set(["ada", "nobody else"]));
  await turning(clock, late);
  expect(published.flatMap(({ entries }) => entries)).toHaveLength(3);
  room.erase(new Set(["ada"]));
  const { entries, headSeq } = await turning(clock, history(room, 0));
  expect(headSeq).toBe(3);
  expect(linesIn(entries).map(({ seq, user, body, deleted }) => [seq, user.login, body, deleted])).toEqual([
    [1, "deleted", "", true],
    [2, "bob", "2", undefined],
    [3, "deleted", "", true],
  ]);
  expect(JSON.stringify(entries)).not.toContain("ada");
});

test("a ban is of the moment: what was said before it is deleted, what comes after it is refused, until it is lifted", async () => {
  const { clock, store, published, open, say, act, history } = world();
  const room = open();
  await turning(clock, say(room, "ada", "1"));
  const all = Promise.all([
    say(room, "ada", "2"),
    act(room, { act: "ban", userId: "ada", durationMs: null, reason: "spam", unrole: true }),
    say(room, "ada", "3"),
    say(room, "bob", "4"),
  ]);
  expect(await turning(clock, all)).toMatchObject([{ seq: 2 }, { seq: 3 }, "banned", { seq: 4 }]);
  const { entries } = await turning(clock, history(room, 0));
  expect(entries).toMatchObject([
    { seq: 1, body: "", deleted: true, user: { id: "ada" } },
    { seq: 2, body: "", deleted: true },
    { seq: 3, kind: "cleared", userId: "ada", banned: true, by: moderator },
    { seq: 4, body: "4" },
  ]);
  expect(published.flatMap((batch) => batch.entries).at(2)).toEqual(entries[2]!);
  expect(store.acts(channelId)[0]!.log).toMatchObject({ act: "ban", targetUserId: "ada", reason: "spam" });
  await turning(clock, act(room, { act: "unban", userId: "ada" }));
  expect(await turning(clock, say(room, "ada", "5"))).toMatchObject({ seq: 6 });
});

test("a timeout and the modes outlast their owner, and a timeout ends by itself", async () => {
  const { clock, open, say, act } = world();
  const first = open();
  await turning(clock, act(first, { act: "ban", userId: "ada", durationMs: 60_000, reason: "", unrole: false }));
  await turning(clock, act(first, { act: "settings", change: { slowMs: 30_000 } }));
  await turning(clock, say(first, "bob", "1"));
  await first.stop("ask");
  const second = open();
  expect(await turning(clock, say(second, "ada", "2"))).toBe("timed_out");
  // The last lines are read again, so that nobody speaks earlier than the slow mode allows.
  expect(await turning(clock, say(second, "bob", "3"))).toBe("slow_mode");
  await clock.settle(60_000, 1_000);
  expect(await turning(clock, say(second, "ada", "4"))).toMatchObject({ seq: 4 });
});

test("a stored line whose answer was lost is not refused when it is repeated, whatever happened since", async () => {
  const { clock, open, say, act } = world();
  const first = open();
  const stored = await turning(clock, say(first, "ada", "1"));
  await turning(clock, act(first, { act: "settings", change: { slowMs: 60_000 } }));
  await turning(clock, act(first, { act: "ban", userId: "ada", durationMs: null, reason: "", unrole: false }));
  await first.stop("ask");
  const second = open();
  expect(await turning(clock, say(second, "ada", "1"))).toEqual(stored);
  expect(await turning(clock, say(second, "ada", "1", "other words"))).toBe("nonce_reused");
  expect(await turning(clock, say(second, "ada", "2"))).toBe("banned");
});

test("an act that is repeated is done once: in flight, later, and at a new owner", async () => {
  const { clock, store, published, open, act } = world();
  const first = open();
  const ban = { act: "ban", userId: "ada", durationMs: 1_000, reason: "", unrole: false } as const;
  const id = "019aa000-0000-7000-8000-000000000001";
  const [one, two] = await turning(clock, Promise.all([act(first, ban, id), act(first, ban, id)]));
  expect(two).toEqual(one!);
  expect(await turning(clock, act(first, ban, id))).toEqual(one!);
  await first.stop("ask");
  expect(await turning(clock, act(open(), ban, id))).toMatchObject({ seq: 1 });
  expect(store.acts(channelId)).toHaveLength(1);
  expect(published).toHaveLength(1);
});

test("an act whose outcome is unknown is sent again until it is known, and an old owner's act leaves nothing", async () => {
  const faults: StoreFault[] = ["none", "none", "none", "lostAfter", "lostBefore"];
  const { clock, store, open, say, act } = world({ fault: () => faults.shift() ?? "none" });
  const old = open();
  expect(await turning(clock, act(old, { act: "clear" }))).toMatchObject({ seq: 1 });
  expect(store.acts(channelId)).toHaveLength(1);
  const fresh = open();
  expect(
    await turning(clock, act(old, { act: "ban", userId: "ada", durationMs: null, reason: "", unrole: false })),
  ).toBe("moved");
  expect(await turning(clock, say(fresh, "ada", "1"))).toMatchObject({ seq: 2 });
});

test("an act that a later owner stored meanwhile is acknowledged by the number that it has there", async () => {
  let isCutOff = true;
  const fault = (statement: string): StoreFault => (statement === "act" && isCutOff ? "lostBefore" : "none");
  const { clock, published, fenced, open, say, act } = world({ fault });
  const old = open();
  const id = "019aa000-0000-7000-8000-000000000002";
  const asked = act(old, { act: "clear" }, id);
  await clock.settle(11, 1);
  const next = open();
  expect(await turning(clock, say(next, "ada", "1"))).toMatchObject({ seq: 1 });
  isCutOff = false;
  expect(await turning(clock, act(next, { act: "clear" }, id))).toMatchObject({ seq: 2 });
  expect(await turning(clock, asked)).toMatchObject({ seq: 2 });
  expect(published.map(({ epoch, entries }) => [epoch, entries.map(({ seq }) => seq)])).toEqual([
    [2, [1]],
    [2, [2]],
  ]);
  expect(await turning(clock, say(old, "ada", "2"))).toBe("moved");
  expect(fenced).toEqual([1]);
});

test("deleted and cleared lines are deleted in every later history, also in one that is read from the store", async () => {
  const { clock, open, say, act, history } = world();
  const room = open();
  const lines = await turning(clock, Promise.all(["ada", "bob", "cyd"].map((user, i) => say(room, user, `${i}`))));
  const { id: lineId } = lines[0] as SayAnswer;
  await turning(clock, act(room, { act: "delete", lineId, authorId: "ada" }));
  await turning(clock, act(room, { act: "clear-person", userId: "bob" }));
  const shown = async (of: Room) => linesIn((await turning(clock, history(of, 0))).entries).map(({ body }) => body);
  expect(await shown(room)).toEqual(["", "", "2"]);
  expect(await shown(open())).toEqual(["", "", "2"]);
  const last = open();
  await turning(clock, act(last, { act: "clear" }));
  await turning(clock, say(last, "ada", "after"));
  expect(await shown(last)).toEqual(["", "", "", "after"]);
  expect(await shown(open())).toEqual(["", "", "", "after"]);
});

test("a warning takes no number: nobody but its person learns of it, and it outlasts its owner", async () => {
  const { clock, store, published, open, say, act } = world();
  const first = open();
  await turning(clock, say(first, "ada", "1"));
  const warning = { act: "warn", userId: "ada", reason: "mind your words" } as const;
  const id = "019aa000-0000-7000-8000-000000000002";
  for (let repeat = 0; repeat < 2; repeat++)
    expect(await turning(clock, act(first, warning, id))).toMatchObject({ seq: 0 });
  expect(await turning(clock, say(first, "ada", "2"))).toBe("warned");
  expect(await turning(clock, say(first, "bob", "3"))).toMatchObject({ seq: 2 });
  await first.stop("ask");
  const second = open();
  // An edge that has not heard of the answer asks the new owner.
  expect(await turning(clock, act(second, warning, id))).toMatchObject({ seq: 0 });
  expect(await turning(clock, say(second, "ada", "4"))).toBe("warned");
  expect(await turning(clock, act(second, { act: "acknowledge", userId: "ada" }))).toMatchObject({ seq: 0 });
  expect(await turning(clock, say(second, "ada", "5"))).toMatchObject({ seq: 3 });
  expect(published.flatMap(({ entries }) => entries.map(({ kind }) => kind))).toEqual(["line", "line", "line"]);
  expect(store.judging(channelId).log.size).toBe(2);
});
