// An encoder that goes and comes back: the same pull, or a new one.

import { expect, test } from "bun:test";
import { fakeChannel, sessionOf } from "../testing.ts";
import { Channel } from "./channel.ts";
import { NO_LIMITS } from "./limits.ts";
import type { Message } from "./messages.ts";
import { type Event, initial, pullOf, type State } from "./state.ts";
import { shownPhase } from "./status.ts";
import { from, given, lost, publish, published, ready, ref } from "./testing.ts";

const attached: Event = { type: "pullAttached" };
const pullNameOf = (state: State) => {
  const pull = pullOf(state);
  return pull && `${pull.session.publicName}#${pull.attempt}`;
};
const channel = new Channel({ children: [], graceMs: 90_000, limits: NO_LIMITS }, fakeChannel());

test("an encoder that comes back within the grace gets its name again at once, and the same pull goes on", () => {
  const gone = given(published("1"), attached, ready, lost);
  expect(pullNameOf(gone.state)).toBe("public-1#1");
  const outcome = gone.when(publish("2"));
  expect(outcome).toMatchObject({ reply: { publicName: "public-1" } });
  expect(outcome.park).toBeUndefined();
  const back = gone.after(publish("2"));
  expect(pullNameOf(back.state)).toBe("public-1#1");
  expect(back.state).toMatchObject({ phase: "starting", session: { clientId: "2", pullToken: "token" }, dropping: [] });
  expect(shownPhase(back.state)).toBe("lost");
  const seen: Message = { type: "pictureSeen", session: "main/b/2", attempt: 1 };
  expect(back.after(seen).state).toMatchObject({ phase: "live", broadcast: { id: "broadcast-1" } });
});

test("twenty reconnects keep one pull, and count as no take-over", () => {
  let held = given(published("1"), attached, ready);
  for (let n = 1; n <= 20; n++) {
    held = held.after({ type: "publishDone", session: ref(`${n}`) }, publish(`${n + 1}`), {
      type: "pictureSeen",
      session: `main/b/${n + 1}`,
      attempt: 1,
    });
    expect([pullNameOf(held.state), held.state.phase]).toEqual(["public-1#1", "live"]);
  }
  expect(held.state).toMatchObject({ dropping: [], takeOversAtMs: [] });
});

test("the picture of an attempt that has shown nothing yet waits for its first full segment", () => {
  const retried: Event = { type: "failed", problem: null, pause: null, pulled: true };
  const back = given(published("1"), attached, ready, retried, lost).after(publish("2"));
  const seen: Message = { type: "pictureSeen", session: "main/b/2", attempt: 2 };
  expect(back.after(seen).state.phase).toBe("starting");
  expect(back.after(seen, { type: "ready", publicName: "public-1", attempt: 2 }).state.phase).toBe("live");
});

test("late news of the session before do not touch the session that continues its pull", () => {
  const back = given(published("1"), attached, ready, lost).after(publish("2"));
  for (const late of [
    { type: "publishDone", session: ref("1") },
    { type: "encoderGone", session: "main/b/1" },
    { type: "pictureSeen", session: "main/b/1", attempt: 1 },
  ] satisfies Message[])
    expect(back.when(late)).toEqual({});
});

test("a publish waits for a kept pull that nginx has not accepted yet", () => {
  const gone = given(published("1"), ready, lost);
  expect(gone.when(publish("2"))).toMatchObject({ park: "publish main/b/2" });
  const accepted = gone.after({ type: "pulled", publicName: "public-1" });
  expect(accepted.when(publish("2"))).toMatchObject({ reply: { publicName: "public-1" } });
  const waiting = gone.after(publish("2"));
  expect(waiting.when({ type: "pulled", publicName: "public-1" }).answers).toEqual({
    "publish main/b/2": { publicName: "public-1" },
  });
});

test("a pull that ends while the encoder is away is not kept: the encoder gets a new name", () => {
  const gone = given(published("1"), attached, ready, lost);
  const ended: Message = { type: "intakeEnded", publicName: "public-1", attempt: 1, problem: null, pulled: true };
  const alone = gone.after(ended);
  expect(alone.state.phase).toBe("lost");
  expect(pullOf(alone.state)).toBeNull();
  expect(alone.after(publish("2")).state).toMatchObject({ session: { publicName: "public-2" }, attempt: 1 });
  expect(gone.when({ ...ended, attempt: 7 })).toEqual({});
});

test("an encoder at another nginx, after a restart of nginx, or while its name is dropped gets a new name", () => {
  const gone = given(published("1"), attached, ready, lost);
  const at = (ingest: string, boot: string) =>
    ({ ...publish("2"), session: { ingest, boot, clientId: "2" } }) as Message;
  for (const message of [at("second", "b"), at("main", "new")])
    expect(pullNameOf(gone.after(message).state)).toBe("public-2#1");
  const dropped = given(published("1"), attached, ready).after({ type: "encoderGone", session: "main/b/1" });
  expect(dropped.state).toMatchObject({ phase: "lost", dropping: [{ publicName: "public-1" }] });
  expect(pullOf(dropped.state)).toBeNull();
  expect(pullNameOf(dropped.after(publish("2")).state)).toBe("public-2#1");
});

test("a take-over has a name and a pull of its own", () => {
  const taken = given(published("1"), attached, ready).after(publish("2"));
  expect(pullNameOf(taken.state)).toBe("public-2#1");
  expect(taken.state).toMatchObject({ dropping: [{ publicName: "public-1" }], awaitsPull: true });
});

test("a source that is paused has no pull to keep", () => {
  const paused: Event = { type: "failed", problem: null, pause: { untilMs: null }, pulled: true };
  expect(pullOf(given(published("1"), attached, ready, paused, lost).state)).toBeNull();
});

test("a new owner pulls for a lost encoder too, and its pull is attached only once nginx has accepted it", () => {
  const { state } = given(published("1"), attached, ready, lost);
  const revived = channel.revive(structuredClone(state), { nowMs: 6_000, sinceSavedMs: 10 });
  expect(pullNameOf(revived)).toBe("public-1#1");
  expect(from(revived).when(publish("2"))).toMatchObject({ park: "publish main/b/2" });
});

test("the session's clock is saved with the broadcast and outlives the encoder", () => {
  const clock = { lines: { video: { raw: 7, at: 1_000 } }, baseMs: 5 };
  const moved: Message = { type: "clockMoved", publicName: "public-1", clock };
  const on = given(published("1"), attached, ready);
  expect(on.after(moved).state).toMatchObject({ broadcast: { clock } });
  expect(given(published("1"), attached, ready, lost).after(moved, publish("2")).state).toMatchObject({
    broadcast: { clock },
  });
  expect(on.when({ ...moved, publicName: "public-0" })).toEqual({});
});

test("rows that the release before has saved are continued", () => {
  const session = sessionOf("1");
  const always = { dropping: [], takeOversAtMs: [], unrecorded: [{ id: "b0", liveAtMs: 1, endedAtMs: 2 }] };
  const broadcast = { id: "b1", liveAtMs: 1_000, media: null, startNumber: 0 };
  const air = { awaitsPull: false, attempt: 3, waitsSinceMs: 0, failures: 2, pause: null, problem: null };
  const old = [
    initial(),
    { ...always, phase: "live", broadcast, session, ...air, warnings: [], source: null },
    { ...always, phase: "lost", broadcast, lastSession: session, sinceMs: 5_000 },
    { ...always, phase: "offline", over: { broadcast, untilMs: 9_000 } },
  ] as State[];
  const [offline, live, gone, over] = old.map((row) =>
    channel.revive(JSON.parse(JSON.stringify(row)), { nowMs: 6_000, sinceSavedMs: 10 }),
  ) as [State, State, State, State];
  for (const state of [offline, live, gone, over]) {
    expect(() => channel.runs(state, new Set())).not.toThrow();
    expect(from(state).when({ type: "health" }).reply).toMatchObject({ warnings: [] });
  }
  expect(pullNameOf(live)).toBe("public-1#3");
  expect(from(live).after({ type: "ready", publicName: "public-1", attempt: 3 }).state).toMatchObject({ failures: 0 });
  expect(from(live).after({ type: "stop" }).state).toMatchObject({ phase: "offline", lastEnd: { why: "stopped" } });
  expect(pullNameOf(from(gone).after(publish("2")).state)).toBe("public-2#1");
  expect(from(over).after(publish("2")).state).toMatchObject({ phase: "starting" });
});
