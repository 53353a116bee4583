// What happens in a room beside its lines, over changes of its owner and faults of the store.

import { expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import type { LineEntry, NoticeEntry } from "#schema/api/chat.ts";
import type { PollView } from "#schema/api/polls.ts";
import type { Act, ActAnswer, ChatBatch, HistoryAnswer, SayAnswer } from "#schema/wire/room.ts";
import type { RoomState } from "#schema/wire/room-events.ts";
import { type MemoryChatOptions, MemoryChatStore } from "../log/store-memory.ts";
import { openRoom, type Room } from "../room.ts";

const log = createLog({ name: "test", level: "silent" });
const moderator = { id: "m", login: "mod", displayName: "Mod" };
const author = (id: string, badges: string[] = []) => ({ id, login: id, displayName: id, color: "#123456", badges });
const channelId = "c";

function world(options: MemoryChatOptions = {}) {
  const clock = new ManualClock();
  const random = new SeededRandom(7);
  const store = new MemoryChatStore(options);
  const published: ChatBatch[] = [];
  const told: { channelId: string; id: string; act: string }[] = [];
  let deaf = false;
  const open = (): Room =>
    openRoom({
      ...{ channelId, epoch: store.claim(channelId), clock, random, log, store, nowMs: () => clock.wallMs() },
      publish: (batch) => published.push(batch),
      async askRoom(to, { id, act }) {
        if (deaf) throw new Refusal("timeout");
        told.push({ channelId: to, id, act });
      },
      onFenced: () => {},
    });
  const settled = async <T>(promise: Promise<T>, stepMs = 5): Promise<T | string> => {
    let done = false;
    const mark = () => {
      done = true;
    };
    promise.then(mark, mark);
    for (let i = 0; i < 4_000 && !done; i++) await clock.settle(stepMs, stepMs);
    return promise.catch((error: unknown) => {
      if (error instanceof Refusal) return error.code;
      throw error;
    });
  };
  const ask = <T>(room: Room, request: object, id = "x") =>
    settled(room.handle(request as never, { id, deadlineMonoMs: clock.monoMs() + 8_000 }) as Promise<T>);
  const act = (room: Room, done: Act, id = random.uuid(clock.wallMs())) =>
    ask<ActAnswer>(room, { type: "room.act", id, by: moderator, ...done });
  const say = (room: Room, user: string, body: string, badges?: string[]) =>
    ask<SayAnswer>(room, { type: "room.say", user: author(user, badges), nonce: `${user} ${body}`, body });
  const history = async (room: Room) =>
    (await ask<HistoryAnswer>(room, { type: "room.history", after: null, limit: 1_000 })) as HistoryAnswer;
  const lineOf = async (room: Room, { seq }: SayAnswer) =>
    (await history(room)).entries.find((entry) => entry.seq === seq) as LineEntry;
  const vote = (room: Room, userId: string, choice: number, id = `vote of ${userId}`) =>
    ask<PollView>(room, { type: "room.vote", id, userId, pollId: "p", choice });
  const stateOf = async (room: Room) => (await history(room)).state as RoomState;
  const notices = async (room: Room) =>
    (await history(room)).entries.filter((entry): entry is NoticeEntry => entry.kind === "notice");
  const setDeaf = (is: boolean) => {
    deaf = is;
  };
  return { clock, store, published, told, setDeaf, open, ask, act, say, lineOf, vote, stateOf, notices };
}

const POLL = { act: "poll-open" as const, pollId: "p", question: "?", choices: ["a", "b"], durationMs: 60_000 };
const RAID = {
  ...{ act: "raid" as const, raidId: "r", from: { login: "s", displayName: "S" }, toChannelId: "t" },
  ...{ to: { login: "t", displayName: "T" }, viewers: 9, inMs: 10_000 },
} as const;

test("a pinned line is told with its entry, survives an owner, and another one takes its place", async () => {
  const { open, say, lineOf, act, stateOf, published } = world();
  let room = open();
  const first = await lineOf(room, (await say(room, "ada", "one")) as SayAnswer);
  const second = await lineOf(room, (await say(room, "ada", "two")) as SayAnswer);
  await act(room, { act: "pin", line: first, durationMs: null });
  expect(published.at(-1)).toMatchObject({
    entries: [{ code: "pinned", lineId: first.id }],
    state: { pinned: { line: first } },
  });
  await act(room, { act: "pin", line: second, durationMs: null });
  await room.stop("kill");
  room = open();
  expect((await stateOf(room)).pinned).toMatchObject({ line: { id: second.id }, by: moderator, until: null });
  await act(room, { act: "unpin" });
  expect((await stateOf(room)).pinned).toBeNull();
  await room.stop("ask");
});

test("a pinned line goes with its deletion, a ban of its author, and a clear; a deleted line is not pinned", async () => {
  const { open, say, lineOf, act, stateOf } = world();
  const room = open();
  const pinned = async (user: string) => {
    const line = await lineOf(room, (await say(room, user, `of ${user}`)) as SayAnswer);
    await act(room, { act: "pin", line, durationMs: null });
    expect((await stateOf(room)).pinned?.line.id).toBe(line.id);
    return line;
  };
  const gone = await pinned("ada");
  await act(room, { act: "delete", lineId: gone.id, authorId: "ada" });
  expect((await stateOf(room)).pinned).toBeNull();
  expect(await act(room, { act: "pin", line: gone, durationMs: null })).toBe("not_found");
  await pinned("bob");
  await act(room, { act: "ban", userId: "bob", durationMs: 1_000, reason: "", unrole: false });
  expect((await stateOf(room)).pinned).toBeNull();
  await pinned("eve");
  await act(room, { act: "clear" });
  expect((await stateOf(room)).pinned).toBeNull();
  await room.stop("ask");
});

test("a pin with a duration ends by itself", async () => {
  const { clock, open, say, lineOf, act, published, stateOf } = world();
  const room = open();
  const line = await lineOf(room, (await say(room, "ada", "one")) as SayAnswer);
  await act(room, { act: "pin", line, durationMs: 5_000 });
  await clock.settle(5_100, 50);
  expect(published.at(-1)).toMatchObject({ entries: [], state: { pinned: null } });
  expect((await stateOf(room)).pinned).toBeNull();
  await room.stop("ask");
});

test("an announcement is an entry of the room", async () => {
  const { open, act, notices } = world();
  const room = open();
  expect(await act(room, { act: "announce", body: "soon", color: "blue" })).toMatchObject({ seq: 1 });
  expect(await notices(room)).toMatchObject([{ code: "announcement", body: "soon", color: "blue", by: moderator }]);
  await room.stop("ask");
});

test("one poll is open at a time, each person has one vote, and its result is an entry", async () => {
  const { open, act, vote, notices, stateOf } = world();
  const room = open();
  expect(await act(room, POLL)).toMatchObject({ seq: 1, state: { poll: { id: "p", votes: 0 } } });
  expect(await act(room, { ...POLL, pollId: "q" })).toBe("poll_open");
  expect(await vote(room, "ada", 1)).toMatchObject({ votes: 1, choices: [{ votes: 0 }, { votes: 1 }] });
  expect(await vote(room, "ada", 0, "another")).toBe("already_voted");
  expect(await vote(room, "ada", 1)).toMatchObject({ votes: 1 });
  expect(await vote(room, "bob", 2)).toBe("validation_failed");
  await act(room, { act: "ban", userId: "bob", durationMs: null, reason: "", unrole: false });
  expect(await vote(room, "bob", 0)).toBe("forbidden");
  expect(await act(room, { act: "poll-end", pollId: "p" })).toMatchObject({ state: { poll: { votes: 1 } } });
  expect(await vote(room, "eve", 0)).toBe("poll_over");
  expect(await act(room, { act: "poll-end", pollId: "p" })).toBe("poll_over");
  expect((await notices(room)).at(-1)).toMatchObject({
    code: "poll_ended",
    poll: { votes: 1, by: null },
    by: moderator,
  });
  expect((await stateOf(room)).poll?.endedAt).not.toBeNull();
  await room.stop("ask");
});

test("two polls asked for at once: one is opened", async () => {
  const { open, act, store } = world();
  const room = open();
  const both = await Promise.all([act(room, POLL), act(room, { ...POLL, pollId: "q" })]);
  expect(both.filter((one) => one === "poll_open")).toHaveLength(1);
  expect(store.going.polls(channelId)).toHaveLength(1);
  await room.stop("ask");
});

test("a poll ends by its time, by the room itself, and its counts are told once a second at most", async () => {
  const { clock, open, act, vote, published, notices } = world();
  const room = open();
  await act(room, POLL);
  const before = published.length;
  const fromMs = clock.monoMs();
  for (let i = 0; i < 100; i++) await vote(room, `voter ${i}`, i % 2);
  const seconds = Math.ceil((clock.monoMs() - fromMs) / 1_000);
  expect(published.length - before).toBeLessThanOrEqual(seconds + 1);
  await clock.settle(61_000, 100);
  expect((await notices(room)).at(-1)).toMatchObject({
    ...{ code: "poll_ended", by: { login: "system" } },
    poll: { votes: 100, choices: [{ votes: 50 }, { votes: 50 }] },
  });
  expect(room.isAwaited).toBe(false);
  await room.stop("ask");
});

test("votes are exact when their statements are lost, before or after they were carried out", async () => {
  let calls = 0;
  const { open, act, vote, store } = world({
    fault: (statement) =>
      statement !== "vote" ? "none" : (["lostAfter", "none", "lostBefore"] as const)[calls++ % 3]!,
  });
  const room = open();
  await act(room, POLL);
  const voted = await Promise.all(Array.from({ length: 50 }, (_, i) => vote(room, `voter ${i}`, i % 2)));
  expect(voted.filter((one) => typeof one === "string")).toEqual([]);
  await act(room, { act: "poll-end", pollId: "p" });
  expect(store.going.polls(channelId)).toMatchObject([{ votes: 50, choices: [{ votes: 25 }, { votes: 25 }] }]);
  await room.stop("ask");
});

test("an owner dies during a poll: the next one has its votes, takes more, and ends it although it was overdue", async () => {
  const { clock, open, act, vote, stateOf, store, notices } = world();
  const first = open();
  await act(first, POLL);
  await vote(first, "ada", 0);
  await first.stop("kill");
  const second = open();
  expect((await stateOf(second)).poll).toMatchObject({ id: "p", votes: 1 });
  expect(await vote(second, "ada", 0)).toMatchObject({ votes: 1 });
  expect(await vote(second, "ada", 1, "again")).toBe("already_voted");
  expect(await vote(second, "bob", 1)).toMatchObject({ votes: 2 });
  await second.stop("kill");
  await clock.settle(70_000, 1_000);
  const third = open();
  await clock.settle(1_000, 20);
  expect((await notices(third)).filter(({ code }) => code === "poll_ended")).toHaveLength(1);
  expect(store.going.polls(channelId)).toMatchObject([{ votes: 2, endedAt: expect.any(String) }]);
  await third.stop("ask");
});

test("a raid counts down, goes, and its target is told once", async () => {
  const { clock, open, act, told, notices, stateOf } = world();
  const room = open();
  expect(await act(room, RAID)).toMatchObject({ state: { raid: { state: "counting", viewers: 9 } } });
  expect(await act(room, { ...RAID, raidId: "r2" })).toMatchObject({ state: { raid: { id: "r" } } });
  expect(await act(room, { ...RAID, raidId: "r3", toChannelId: "u" })).toBe("raid_running");
  expect(room.isAwaited).toBe(true);
  await clock.settle(10_500, 50);
  expect((await stateOf(room)).raid?.state).toBe("gone");
  expect((await notices(room)).map(({ code }) => code)).toEqual(["raid", "raid_ended"]);
  expect(told).toEqual([{ channelId: "t", id: "r", act: "raided" }]);
  await clock.settle(1_000, 50);
  expect(room.isAwaited).toBe(false);
  await room.stop("ask");
});

test("a raid that is cancelled or declined does not go; one that is gone can be declined", async () => {
  const { clock, open, act, told, stateOf } = world();
  const room = open();
  const started = (await act(room, RAID)) as ActAnswer;
  const raid = started.state!.raid!;
  expect(await act(room, { act: "raid-end", raid, state: "cancelled" })).toMatchObject({
    state: { raid: { state: "cancelled" } },
  });
  expect(await act(room, { act: "raid-end", raid, state: "cancelled" })).toBe("not_found");
  await act(room, { ...RAID, raidId: "second" });
  const second = (await stateOf(room)).raid!;
  await clock.settle(11_000, 50);
  expect(told.map(({ id }) => id)).toEqual(["second"]);
  const gone = { ...second, state: "gone" } as const;
  expect(await act(room, { act: "raid-end", raid: gone, state: "cancelled" })).toBe("not_found");
  expect(await act(room, { act: "raid-end", raid: gone, state: "declined" })).toMatchObject({
    state: { raid: { state: "declined" } },
  });
  await room.stop("ask");
});

test("an owner dies during a raid: the next one sends the viewers, and tells the target when it can be reached", async () => {
  const { clock, open, act, told, setDeaf, store } = world();
  const first = open();
  await act(first, RAID);
  await first.stop("kill");
  await clock.settle(20_000, 1_000);
  setDeaf(true);
  const second = open();
  await clock.settle(3_000, 20);
  expect(store.going.raids(channelId)).toMatchObject([{ view: { state: "gone" } }]);
  expect(told).toEqual([]);
  await second.stop("kill");
  setDeaf(false);
  const third = open();
  await clock.settle(3_000, 20);
  expect(told).toEqual([{ channelId: "t", id: "r", act: "raided" }]);
  await third.stop("ask");
});

test("a hot room slows down by itself, says so, and is undone when it is calm", async () => {
  const { clock, open, act, ask, notices } = world();
  const room = open();
  await act(room, { act: "settings", change: { autoSlow: true } });
  for (let second = 0; second < 7; second++) {
    const lines = Array.from({ length: 60 }, (_, i) =>
      ask(room, { type: "room.say", user: author(`u${second} ${i}`), nonce: "n", body: `line ${second} ${i}` }),
    );
    await Promise.all(lines);
    await clock.settle(900, 100);
  }
  expect((await notices(room)).at(-1)).toMatchObject({
    ...{ code: "settings", room: { autoSlow: true, autoSlowMs: 3_000, slowMs: 0 }, by: { login: "system" } },
  });
  const say = (nonce: string) => ask(room, { type: "room.say", user: author("ada"), nonce, body: `of ada ${nonce}` });
  expect(await say("1")).toMatchObject({ seq: expect.any(Number) });
  expect(await say("2")).toBe("slow_mode");
  await clock.settle(70_000, 500);
  expect((await notices(room)).at(-1)).toMatchObject({ room: { autoSlow: true, autoSlowMs: 0 } });
  await room.stop("ask");
});

test("a moderator who switches it off ends the slow mode that the room has put on", async () => {
  const { open, act } = world();
  const room = open();
  await act(room, { act: "settings", change: { autoSlow: true, autoSlowMs: 10_000 } });
  expect(await act(room, { act: "settings", change: { autoSlow: false } })).toMatchObject({
    room: { autoSlow: false, autoSlowMs: 0 },
  });
  await room.stop("ask");
});

test("a mode with an end ends by itself at its time, with an entry by the room; the others stay", async () => {
  const { clock, open, act, say, notices, store } = world();
  const room = open();
  await act(room, { act: "settings", change: { emoteOnly: true } });
  const answer = await act(room, { act: "settings", change: { subscribersOnly: true }, forMs: 60_000 });
  const untilMs = Date.parse((answer as ActAnswer).at!) + 60_000;
  expect(answer).toMatchObject({ room: { subscribersOnly: true, untilMs: { subscribersOnly: untilMs } } });
  expect(store.acts(channelId).at(-1)).toMatchObject({ log: { act: "settings", durationMs: 60_000 } });
  expect(await say(room, "ada", "hello")).toBe("subscribers_only");
  await clock.settle(untilMs - clock.wallMs(), 500);
  await clock.settle(1_000, 20);
  const [last] = (await notices(room)).slice(-1);
  expect(last).toMatchObject({ code: "settings", by: { login: "system" }, room: { subscribersOnly: false } });
  expect(last!.room).not.toHaveProperty("untilMs");
  expect(await say(room, "ada", "hello")).toBe("emote_only");
  const ended = store.acts(channelId).at(-1)!;
  expect(ended).toMatchObject({ log: { act: "settings", settings: { subscribersOnly: false }, durationMs: null } });
  await clock.settle(60_000, 500);
  expect(store.acts(channelId)).toHaveLength(3);
  await room.stop("ask");
});

test("a mode whose end comes while its room is closed does not bind the line that opens it again", async () => {
  const { clock, store, open, act, say } = world();
  const first = open();
  await act(first, { act: "settings", change: { shield: true }, forMs: 60_000 });
  await first.stop("ask");
  await clock.settle(90_000, 1_000);
  const second = open();
  expect(await say(second, "ada", "hello")).toMatchObject({ seq: 2 });
  await clock.settle(1_000, 20);
  expect(store.acts(channelId).at(-1)).toMatchObject({ by: { login: "system" }, log: { settings: { shield: false } } });
  await second.stop("ask");
});

test("a moderator who changes a timed mode takes its end away, and nobody ends it for the room", async () => {
  const { clock, open, act, store } = world();
  const room = open();
  await act(room, { act: "settings", change: { slowMs: 5_000 }, forMs: 60_000 });
  await act(room, { act: "settings", change: { slowMs: 9_000 } });
  await clock.settle(90_000, 500);
  expect(store.acts(channelId)).toHaveLength(2);
  expect(await act(room, { act: "end-modes" })).toBe("not_found");
  await room.stop("ask");
});
