// The rules alone (state and message in, outcome out), and the life of a channel on a manual clock.

import { expect, test } from "bun:test";
import type { Child } from "#runtime/actor/actor.ts";
import { Cell } from "#runtime/actor/cell.ts";
import { ManualClock } from "#runtime/base/clock.ts";
import { MemoryStore } from "#runtime/store/store-memory.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { type ChannelChild, equip } from "../children/child.ts";
import { dropper } from "../children/dropper.ts";
import { encoderWatch } from "../children/encoder-watch.ts";
import { ender } from "../children/ender.ts";
import { intake } from "../children/intake.ts";
import { packager } from "../children/packager.ts";
import { registrar } from "../children/registrar.ts";
import { sourceWatch } from "../children/source-watch.ts";
import { fakeChannel, sessionOf as session } from "../testing.ts";
import { Channel, lastNumberOf } from "./channel.ts";
import { decide } from "./decide.ts";
import { evolve } from "./evolve.ts";
import { NO_LIMITS } from "./limits.ts";
import type { Message } from "./messages.ts";
import type { Event, State } from "./state.ts";
import { originOf, shownPhase, statusOf } from "./status.ts";
import { given, lost, media, publish, published, ready, ref } from "./testing.ts";

const channel = new Channel({ children: [], graceMs: 90_000, limits: NO_LIMITS }, fakeChannel());
test("a publish waits for our own pull, and a repeated hook waits with it", () => {
  expect(given().when(publish("1"))).toMatchObject({ park: "publish main/b/1" });
  expect(given(published("1")).when(publish("1"))).toEqual({ park: "publish main/b/1" });
});

test("after a hand-over viewers read at the old owner until the new owner lists media, or the time is over", () => {
  const handOver: Message = { type: "handOver", origin: "http://old" };
  expect(given().when(handOver)).toEqual({});
  const live = given(published("1"), ready);
  const { events = [] } = live.when(handOver, 9_000);
  expect(events).toEqual([{ type: "handedOver", origin: "http://old", untilMs: 14_000 }]);
  const handed = given(published("1"), ready, ...events);
  expect(originOf(handed.state, "http://new")).toBe("http://old");
  expect(channel.runs(handed.state, new Set()).timers?.handedOver).toEqual({
    dueMs: 14_000,
    rings: { type: "handedOverLate" },
  });
  expect(statusOf(handed.state).phase).toBe("live");
  for (const message of [
    { type: "listed", broadcastId: "broadcast-1" },
    { type: "handedOverLate" },
  ] satisfies Message[]) {
    const over = handed.when(message);
    expect(over).toEqual({ events: [{ type: "tookOver" }], effects: [{ type: "announce" }] });
    const state = (over.events ?? []).reduce(evolve, handed.state);
    expect(originOf(state, "http://new")).toBe("http://new");
    expect(decide(state, message, 9_000)).toEqual({});
  }
  expect(handed.when({ type: "listed", broadcastId: "another" })).toEqual({});
});

test("a new owner ends the pause of a source at once, unless the source can never be shown", () => {
  const revived = (untilMs: number | null) => {
    const { state } = given(published("1"), { type: "failed", problem: null, pause: { untilMs }, pulled: true });
    return channel.revive(state, { nowMs: 9_000, sinceSavedMs: 10 });
  };
  expect(revived(39_000)).toMatchObject({ pause: null, waitsSinceMs: 9_000 });
  expect(revived(null)).toMatchObject({ pause: { untilMs: null } });
});

test("a new owner begins above the last number that the handing owner may list", () => {
  const { state } = given(published("1"), ready, { type: "segmentClosed", media: media(7) });
  for (const [sinceSavedMs, startNumber] of [
    [0, 10],
    [40, 10],
    [1_001, 11],
  ] as const) {
    const revived = channel.revive(state, { nowMs: 9_000, sinceSavedMs });
    expect(revived).toMatchObject({ broadcast: { startNumber } });
    expect(startNumber).toBeGreaterThan(lastNumberOf(media(7)));
  }
  // An owner saved before it opened a number: the owner before it may have listed up to its start number.
  const late = channel.revive(state, { nowMs: 9_000, sinceSavedMs: 12_000 });
  expect(channel.revive(late, { nowMs: 10_000, sinceSavedMs: 5 })).toMatchObject({ broadcast: { startNumber: 21 } });
});

test("a new owner's numbers make good a store whose clock went back", () => {
  const { state } = given(published("1"), ready, { type: "segmentClosed", media: media(7) });
  const open = { type: "numberOpened", number: 8, atMs: 9_000_000 } as const;
  // Twelve seconds after the number was opened the store reads an hour less.
  const nowMs = 9_000_000 + 12_000 - 3_600_000;
  const sinceMs = (atMs: number) => nowMs - atMs + 3_600_000;
  const behind = new Channel({ children: [], graceMs: 90_000, limits: NO_LIMITS, sinceMs }, fakeChannel());
  const revived = behind.revive(evolve(state, open), { nowMs, sinceSavedMs: 11_000 - 3_600_000 });
  expect(revived).toMatchObject({ broadcast: { startNumber: 8 + 2 + 12 } });
});

test("the publish hook is answered with the public name once our pull is attached", () => {
  const outcome = given(published("1")).when({ type: "pulled", publicName: "public-1" });
  expect(outcome.answers).toEqual({ "publish main/b/1": { publicName: "public-1" } });
  expect(given(published("1"), { type: "pullAttached" }).when({ type: "pulled", publicName: "public-1" })).toEqual({});
});

test("a hook repeated after the answer gets the same name", () => {
  const outcome = given(published("1"), { type: "pullAttached" }).when(publish("1"));
  expect(outcome).toEqual({ reply: { publicName: "public-1" } });
});

test("the newest publisher wins: the old session is dropped and the broadcast continues", () => {
  const on = given(published("1"), ready);
  const { events = [] } = on.when(publish("2"));
  const state = events.reduce(evolve, on.state);
  expect(state).toMatchObject({ phase: "starting", broadcast: { id: "broadcast-1" }, session: { clientId: "2" } });
  expect(state.dropping.map(({ clientId }) => clientId)).toEqual(["1"]);
  expect(shownPhase(state)).toBe("lost");
});

test("after three take-overs within a minute the incumbent stays", () => {
  const replaced = (atMs: number): Event => ({ type: "replaced", atMs });
  const fought = given(
    published("1"),
    replaced(1_000),
    published("2"),
    replaced(2_000),
    published("3"),
    replaced(3_000),
    published("4"),
  );
  expect(() => fought.when(publish("5"))).toThrow("several encoders");
  expect(fought.when(publish("5"), 70_000)).toMatchObject({ park: "publish main/b/5" });
});

test("a late hook does not bring back a dropped session", () => {
  const state = given(published("1"), { type: "replaced", atMs: 1_000 }, published("2"));
  expect(() => state.when(publish("1"))).toThrow("newer encoder");
});

test("the third take-over within a minute warns the dashboard why other encoders are refused", () => {
  const replaced = (atMs: number): Event => ({ type: "replaced", atMs });
  const twice = given(published("1"), replaced(1_000), published("2"), replaced(2_000), published("3"));
  const warned = ({ events = [] } = twice.when(publish("4"))) => events.filter(({ type }) => type === "warned");
  expect(warned()).toMatchObject([{ problem: { code: "several_encoders" } }]);
  expect(warned(given(published("1")).when(publish("2")))).toEqual([]);
});

const publishedFrom = (ingest: string, boot: string, clientId: string, hookAtMs?: number): Message => ({
  ...(publish(clientId) as Message & { type: "publish" }),
  session: { ingest, boot, clientId },
  ...(hookAtMs !== undefined && { hookAtMs }),
});
const onAirFrom = (ingest: string, boot: string, clientId: string, hookAtMs: number): Event => ({
  ...(published(clientId) as Event & { type: "published" }),
  session: { ...session(clientId), ingest, boot, hookAtMs },
});

test("a delayed hook does not take over from a later encoder", () => {
  expect(() => given(published("9")).when(publish("8"))).toThrow("newer encoder");
  expect(given(published("9")).when(publish("10"))).toMatchObject({ park: "publish main/b/10" });
  const on = given(onAirFrom("main", "b", "1", 50_000));
  for (const [ingest, boot] of [
    ["main", "a"],
    ["second", "b"],
  ] as const) {
    expect(() => on.when(publishedFrom(ingest, boot, "2", 45_000))).toThrow("newer encoder");
    expect(on.when(publishedFrom(ingest, boot, "2", 51_000))).toMatchObject({ park: `publish ${ingest}/${boot}/2` });
    // No hook takes this long: the clocks differ.
    expect(on.when(publishedFrom(ingest, boot, "2", 20_000))).toMatchObject({ park: `publish ${ingest}/${boot}/2` });
    expect(on.when(publishedFrom(ingest, boot, "2"))).toMatchObject({ park: `publish ${ingest}/${boot}/2` });
  }
});

test("a repeated hook does not bring back an ended session", () => {
  const { when } = given(published("1"), ready, lost);
  expect(() => when(publish("1"))).toThrow("newer encoder");
  expect(when(publish("2"))).toMatchObject({ park: "publish main/b/2" });
});

test("an encoder that returns after a restart of nginx continues the broadcast without a take-over", () => {
  const on = given(published("1"), ready);
  const { events = [] } = on.when(publishedFrom("main", "new", "1"));
  const state = events.reduce(evolve, on.state);
  expect(state).toMatchObject({ phase: "starting", broadcast: { id: "broadcast-1" }, session: { boot: "new" } });
  expect(state).toMatchObject({ dropping: [], takeOversAtMs: [] });
  const waiting = given(published("1")).when(publishedFrom("main", "new", "1"));
  expect(waiting.answers).toEqual({ "publish main/b/1": { publicName: "public-1" } });
  expect(waiting.park).toBe("publish main/new/1");
});

test("a publish that still waits is answered when its encoder goes", () => {
  for (const message of [
    { type: "publishDone", session: ref("1") },
    { type: "encoderGone", session: "main/b/1" },
    { type: "stop" },
  ] satisfies Message[]) {
    expect(given(published("1")).when(message).answers).toEqual({ "publish main/b/1": { publicName: "public-1" } });
    expect(given(published("1"), { type: "pullAttached" }).when(message).answers).toBeUndefined();
  }
});

test("two empty pulls in a row ask for another node, but at most once in half a minute", async () => {
  const { clock, ask, tell, asked, cell } = await wake();
  void ask(publish("1"));
  await tell({ type: "pulled", publicName: "public-1" });
  await tell({ type: "ready", publicName: "public-1", attempt: 1 });
  let attempt = 0;
  const ends = async (pulled: boolean) => {
    await tell({ type: "intakeEnded", publicName: "public-1", attempt: ++attempt, problem: null, pulled });
  };
  await ends(true);
  await ends(false);
  expect(asked).toEqual([]);
  await ends(false);
  expect(asked).toEqual(["1"]);
  await ends(false);
  await ends(false);
  expect(asked).toEqual(["1"]);
  await clock.settle(30_000, 500);
  await ends(false);
  expect(asked).toEqual(["1", "1"]);
  await clock.settle(30_000, 500);
  await tell({ type: "ready", publicName: "public-1", attempt: attempt + 1 });
  await ends(false);
  expect(asked).toEqual(["1", "1"]);
  expect(channel.revive(structuredClone(cell.state), { nowMs: 0, sinceSavedMs: 0 })).toMatchObject({ pullsFailed: 0 });
});

test("for a silent nginx another node is asked; if nginx does not answer that node either, the encoder counts as gone", () => {
  const on = given(published("1"), ready);
  const silent: Message = { type: "ingestSilent", session: "main/b/1" };
  const { events = [], effects } = on.when(silent, 9_000);
  expect(effects).toMatchObject([{ type: "handElsewhere", session: { clientId: "1" }, why: "nginx is silent" }]);
  const elsewhere = events.reduce(evolve, on.state);
  expect(elsewhere.phase).toBe("live");
  const revived = channel.revive(elsewhere, { nowMs: 9_500, sinceSavedMs: 0 });
  const after = (atMs: number) => (decide(revived, silent, atMs).events ?? []).reduce(evolve, revived);
  expect(after(15_000)).toMatchObject({ phase: "lost", dropping: [{ clientId: "1" }] });
  expect(after(60_000)).toMatchObject({ phase: "live", silentAtMs: 60_000 });
});

test("late messages of an old session or attempt are ignored", () => {
  const on = given(published("1"), ready);
  expect(on.when({ type: "intakeEnded", publicName: "public-0", attempt: 1, problem: null, pulled: true })).toEqual({});
  expect(on.when({ type: "intakeEnded", publicName: "public-1", attempt: 7, problem: null, pulled: true })).toEqual({});
  expect(on.when({ type: "publishDone", session: ref("0") })).toEqual({});
});

test("the intake is restarted at once the first time, then with growing pauses, until a segment resets the count", () => {
  const exit = (state: State, attempt: number) => {
    const message: Message = { type: "intakeEnded", publicName: "public-1", attempt, problem: null, pulled: true };
    return (decide(state, message, 10_000).events ?? []).reduce(evolve, state);
  };
  let { state } = given(published("1"), ready);
  const pauses: unknown[] = [];
  for (let attempt = 1; attempt <= 4; attempt++) {
    state = exit(state, attempt);
    pauses.push("pause" in state ? state.pause : undefined);
  }
  expect(pauses).toEqual([null, { untilMs: 10_250 }, { untilMs: 10_500 }, { untilMs: 11_000 }]);
  expect(state).toMatchObject({ phase: "live", attempt: 5, problem: null });
  state = evolve(exit(state, 5), ready);
  expect(state).toMatchObject({ failures: 0, problem: null });
});

test("a source that cannot be packaged is reported to the streamer and not pulled, whether the intake still ran or had ended", () => {
  const problem: SourceProblem = { code: "unsupported_video_codec", detail: "Choose H.264." };
  const attempt = { publicName: "public-1", attempt: 1 };
  for (const message of [
    { type: "attemptFailed", ...attempt, problem },
    { type: "intakeEnded", ...attempt, problem, pulled: true },
  ] satisfies Message[]) {
    const on = given(published("1"));
    const { events = [] } = on.when(message);
    const state = events.reduce(evolve, on.state);
    expect(state).toMatchObject({ phase: "starting", attempt: 2, problem, pause: { untilMs: null } });
    expect(decide(state, { type: "health" }, 0).reply).toMatchObject({ problem });
    expect(statusOf(state)).toMatchObject({ phase: "starting", broadcastId: null });
    expect(decide(state, message, 9_000)).toEqual({});
  }
});

test("an encoder that goes before anything was shown ends the broadcast without a grace", () => {
  expect(given(published("1"), lost).state).toMatchObject({ phase: "offline", over: null });
});

test("a segment that is cut after the encoder was gone is saved, and no number goes back", () => {
  const on = given(published("1"), ready, { type: "numberOpened", number: 7, atMs: 5_000 }, lost);
  const tell = (state: State, message: Message) => (decide(state, message, 6_000).events ?? []).reduce(evolve, state);
  let state = tell(on.state, { type: "numberOpened", broadcastId: "broadcast-1", number: 8 });
  expect(state).toMatchObject({ phase: "lost", broadcast: { media: { headNumber: 8 } } });
  state = tell(state, { type: "segmentClosed", broadcastId: "broadcast-1", media: media(7), viewers: 0 });
  expect(state).toMatchObject({ phase: "lost", broadcast: { media: { headNumber: 8, targetDurationMs: 2_000 } } });
  expect(tell(state, { type: "numberOpened", broadcastId: "broadcast-0", number: 99 })).toBe(state);
});

test("an unlisted encoder is dropped too, so that it must reconnect if it is still there", () => {
  const on = given(published("1"), ready);
  const state = (message: Message) => (on.when(message).events ?? []).reduce(evolve, on.state);
  expect(state({ type: "encoderGone", session: "main/b/1" })).toMatchObject({
    phase: "lost",
    dropping: [{ clientId: "1" }],
  });
  expect(state({ type: "publishDone", session: ref("1") })).toMatchObject({ phase: "lost", dropping: [] });
});

test("stopping a channel that is off air is refused", () => {
  expect(() => given().when({ type: "stop" })).toThrow("not_publishing");
});

test("a save that comes long after the newest number does not hide what the seconds allowed its owner to list", () => {
  const { state } = given(published("1"), ready, { type: "numberOpened", number: 7, atMs: 5_000 });
  // The owner listed up to 7 + 1 + 6 by then.
  const revived = channel.revive(state, { nowMs: 11_000, sinceSavedMs: 100 });
  expect(revived).toMatchObject({ broadcast: { startNumber: 7 + 2 + 6 } });
});

test("a new owner opens no number that an earlier one may have listed", () => {
  const { state } = given(published("1"), ready, { type: "segmentClosed", media: media(41) });
  const revived = channel.revive(structuredClone(state), { nowMs: 0, sinceSavedMs: 3_400 });
  expect(revived).toMatchObject({ phase: "live", broadcast: { startNumber: 41 + 2 + 4 } });
});

test("a new owner restarts the wait for the first picture: the death of the last owner is not the source's fault", () => {
  const { state } = given(published("1"));
  const revived = channel.revive(structuredClone(state), { nowMs: 500_000, sinceSavedMs: 18_000 });
  expect(channel.runs(revived, new Set()).timers?.picture?.dueMs).toBe(500_000 + 20_000);
});

// The life of a channel: a real cell, a manual clock, children that only count.

async function wake(limits = NO_LIMITS) {
  const clock = new ManualClock();
  const store = new MemoryStore(clock);
  const running = new Map<string, number>();
  const started: string[] = [];
  const child = (name: string): Child => {
    started.push(name);
    running.set(name, (running.get(name) ?? 0) + 1);
    let stopped = false;
    return {
      stop: async () => {
        if (!stopped) running.set(name, (running.get(name) ?? 0) - 1);
        stopped = true;
      },
    };
  };
  /** Runs when the real child runs. */
  const counted = <Parts, Of>({ name, runs, key }: ChannelChild<Parts, Of>, nameOf: (of: Of) => string) =>
    equip({ name, runs, key, start: (of) => child(nameOf(of)) }, null);
  const children = [
    counted(dropper, ({ clientId }) => `dropper ${clientId}`),
    counted(packager, ({ id }) => `packager ${id}`),
    counted(ender, (id) => `ender ${id}`),
    counted(registrar, ({ phase }) => `registrar ${phase}`),
    counted(encoderWatch, ({ clientId }) => `watch ${clientId}`),
    counted(intake, ({ session: { publicName }, attempt }) => `intake ${publicName}#${attempt}`),
    counted(sourceWatch, ({ session: { clientId } }) => `source watch ${clientId}`),
  ];
  const fake = fakeChannel();
  const id = { kind: "channel", key: "c" };
  const claimed = await store.actors.claim(id, { node: "n", believedEpoch: 0, dead: null });
  if (!claimed) throw new Error("not claimed");
  const bugs: unknown[] = [];
  const cell = new Cell(new Channel({ children, graceMs: 90_000, limits }, fake), {
    id,
    claimed,
    world: { clock, nowMs: () => clock.wallMs(), store: store.actors },
    owner: { onFenced: () => {}, mayWrite: () => true, onBug: (error) => bugs.push(error) },
  });
  let calls = 0;
  const ask = (message: Message) => cell.ask(message, { id: `${calls++}`, deadlineMonoMs: clock.monoMs() + 10_000 });
  const alive = () => [...running].flatMap(([name, n]) => (n > 0 ? [name] : [])).sort();
  const tell = async (message: Message) => {
    cell.tell(message);
    await clock.settle();
  };
  return { clock, store, cell, ask, tell, alive, started, bugs, asked: fake.handedElsewhere };
}

test("from the first hook to the end the children follow the state, and none is left running", async () => {
  const { clock, cell, ask, tell, alive, bugs, store } = await wake();
  const answer = ask(publish("1"));
  await clock.settle();
  expect(alive()).toEqual(["intake public-1#1", "packager broadcast-1", "source watch 1", "watch 1"]);
  await tell({ type: "pulled", publicName: "public-1" });
  expect(await answer).toEqual({ ok: true, value: { publicName: "public-1" } });
  await tell({ type: "ready", publicName: "public-1", attempt: 1 });
  expect(alive()).toContain("registrar live");
  await tell({ type: "intakeEnded", publicName: "public-1", attempt: 1, problem: null, pulled: true });
  expect(alive()).toContain("intake public-1#2");
  expect(cell.state.phase).toBe("live");
  await tell({ type: "publishDone", session: ref("1") });
  expect(alive()).toEqual(["intake public-1#2", "packager broadcast-1", "registrar lost"]);
  await clock.settle(89_000, 1_000);
  expect(cell.state.phase).toBe("lost");
  await clock.settle(1_500, 100);
  expect(alive()).toEqual(["ender broadcast-1", "packager broadcast-1", "registrar ended"]);
  expect(store.rows.get("channel/c")?.wakeAtMs).toBe(0);
  await tell({ type: "recorded", broadcastId: "broadcast-1" });
  expect(cell.state.unfinished).toEqual(["broadcast-1"]);
  await tell({ type: "kept", broadcastId: "broadcast-1" });
  await clock.settle(60_000, 1_000);
  expect(alive()).toEqual([]);
  expect([clock.waiting, store.rows.get("channel/c")?.wakeAtMs, cell.idle, bugs]).toEqual([0, null, true, []]);
});

test("an encoder that reconnects within the grace continues the broadcast with the same packager", async () => {
  const { clock, ask, tell, alive, started, cell } = await wake();
  void ask(publish("1"));
  await tell({ type: "pulled", publicName: "public-1" });
  await tell({ type: "ready", publicName: "public-1", attempt: 1 });
  await tell({ type: "encoderGone", session: "main/b/1" });
  await clock.settle(60_000, 1_000);
  void ask(publish("2"));
  await clock.settle();
  expect(cell.state).toMatchObject({ phase: "starting", broadcast: { id: "broadcast-1" } });
  expect(alive()).toContain("intake public-2#1");
  expect(started.filter((name) => name.startsWith("packager"))).toEqual(["packager broadcast-1"]);
  await clock.settle(40_000, 1_000);
  expect(cell.state.phase).toBe("starting");
});

test("the publish hook waits at most 1.5 s for our pull", async () => {
  const { clock, ask } = await wake();
  const answer = ask(publish("1"));
  let answered = false;
  void answer.then(() => {
    answered = true;
  });
  await clock.settle(1_400);
  expect(answered).toBe(false);
  await clock.settle(200);
  expect(await answer).toEqual({ ok: true, value: { publicName: "public-1" } });
});

test("the streamer of an encoder without a picture is told once, and the pull goes on, so that a late picture is shown at once", async () => {
  const { clock, cell, ask, tell, alive } = await wake();
  void ask(publish("1"));
  await clock.settle(21_000, 500);
  expect(cell.state).toMatchObject({ phase: "starting", problem: { code: "no_video" } });
  expect(alive()).toEqual(["intake public-1#1", "packager broadcast-1", "source watch 1", "watch 1"]);
  await clock.settle(60_000, 500);
  expect(alive()).toContain("intake public-1#1");
  await tell({ type: "ready", publicName: "public-1", attempt: 1 });
  expect(cell.state).toMatchObject({ phase: "live", problem: null });
});

test("a stop drops the encoder and ends the broadcast", async () => {
  const { ask, tell, alive, cell } = await wake();
  void ask(publish("1"));
  await tell({ type: "ready", publicName: "public-1", attempt: 1 });
  expect(await ask({ type: "stop" })).toEqual({ ok: true, value: null });
  expect(alive()).toEqual(["dropper 1", "ender broadcast-1", "packager broadcast-1", "registrar ended"]);
  expect(cell.state.phase).toBe("offline");
});
