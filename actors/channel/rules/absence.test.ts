// A channel whose saved state is older than its world: no node ran it for a while.

import { expect, test } from "bun:test";
import { encoderWatch } from "../children/encoder-watch.ts";
import { fakeChannel } from "../testing.ts";
import { Channel } from "./channel.ts";
import { decide } from "./decide.ts";
import { reduceEvents } from "./evolve.ts";
import { NO_LIMITS } from "./limits.ts";
import type { Message } from "./messages.ts";
import type { Event, State } from "./state.ts";
import { originOf, shownPhase, statusOf } from "./status.ts";
import { given, lost, media, publish, published, ready } from "./testing.ts";

const HOUR_MS = 3_600_000;
const GRACE_MS = 90_000;
/** When the rows below were saved. */
const SAVED_MS = 10_000;
const channel = new Channel({ children: [], graceMs: GRACE_MS, limits: NO_LIMITS }, fakeChannel());
const seen: Message = { type: "encoderSeen", session: "main/b/1" };
const gone: Message = { type: "encoderGone", session: "main/b/1" };

const onAir: Event[] = [published("1"), { type: "pullAttached" }, ready, { type: "segmentClosed", media: media(7) }];

/** The state at the next owner, `afterMs` after the row was saved. */
function revived(afterMs: number, events: Event[] = onAir) {
  const saved = structuredClone(given(...events).state);
  const nowMs = SAVED_MS + afterMs;
  const state = channel.revive(saved, { nowMs, sinceSavedMs: afterMs });
  const after = (message: Message, laterMs = 500) => {
    const { events = [] } = decide(state, message, nowMs + laterMs);
    return reduceEvents(state, events);
  };
  return { state, nowMs, after };
}

const duesOf = (state: State) =>
  Object.fromEntries(
    Object.entries(channel.runs(state, new Set()).timers ?? {}).map(([name, { dueMs }]) => [name, dueMs]),
  );

test("what is shown of a channel on air follows the age of its row, until nginx says whether it has the encoder", () => {
  for (const [afterMs, phase] of [
    [0, "live"],
    [5_000, "live"],
    [30_000, "live"],
    [30_001, "lost"],
    [89_999, "lost"],
    [90_000, "offline"],
    [HOUR_MS, "offline"],
  ] as const) {
    const { state } = revived(afterMs);
    expect([afterMs, shownPhase(state)]).toEqual([afterMs, phase]);
    const isShown = phase !== "offline";
    expect(statusOf(state)).toMatchObject({ phase, broadcastId: isShown ? "broadcast-1" : null, ended: false });
    expect(originOf(state, "http://own")).toBe(isShown ? "http://own" : null);
  }
});

test("an encoder that nginx still has goes on in its broadcast, however long the store was away", () => {
  for (const afterMs of [10_000, 60_000, HOUR_MS]) {
    const { state, after } = revived(afterMs);
    const known = after(seen);
    expect(known).toMatchObject({ phase: "live", broadcast: { id: "broadcast-1", liveAtMs: 1_000 } });
    expect(statusOf(known)).toMatchObject({ phase: "live", broadcastId: "broadcast-1" });
    expect(decide(known, seen, 0)).toEqual({});
    const announced = decide(state, seen, 0).effects !== undefined;
    expect([afterMs, announced]).toEqual([afterMs, afterMs > 30_000]);
    // A picture says the same.
    expect(shownPhase(after({ type: "ready", publicName: "public-1", attempt: 1 }))).toBe("live");
  }
});

test("a lost encoder's grace counts from the last save, not from the day a node finds out", () => {
  const { after } = revived(40_000);
  const state = after(gone);
  expect(state).toMatchObject({ phase: "lost", sinceMs: SAVED_MS });
  expect(duesOf(state).grace).toBe(SAVED_MS + GRACE_MS);
  // An owner that took over at once counts from what it sees.
  expect(revived(1_000).after(gone)).toMatchObject({ phase: "lost", sinceMs: SAVED_MS + 1_500 });
});

test("a broadcast to which nobody could publish for longer than the grace ended when it was last seen", () => {
  const { state, nowMs, after } = revived(HOUR_MS);
  expect(state).toMatchObject({ phase: "live" });
  const over = after(gone);
  expect(over).toMatchObject({
    phase: "offline",
    unrecorded: [{ id: "broadcast-1", liveAtMs: 1_000, endedAtMs: SAVED_MS, endReason: "encoder_gone" }],
    lastEnd: { why: "encoder_gone", atMs: SAVED_MS },
    dropping: [{ clientId: "1" }],
  });
  // Nobody watched it end, so its end is not kept.
  expect(duesOf(over).over).toBeLessThan(nowMs);
});

test("an encoder that publishes first ends the old broadcast as of then, and begins another one", () => {
  const { state, nowMs } = revived(HOUR_MS);
  const again = { ...publish("2"), session: { ingest: "main", boot: "another", clientId: "2" } } as Message;
  const outcome = decide(state, again, nowMs + 100);
  expect(outcome).toMatchObject({ park: "publish main/another/2" });
  const next = reduceEvents(state, outcome.events ?? []);
  expect(next).toMatchObject({
    phase: "starting",
    broadcast: { id: "broadcast-2", liveAtMs: null },
    unrecorded: [{ id: "broadcast-1", endedAtMs: SAVED_MS }],
  });
  expect(shownPhase(next)).toBe("starting");
  // Within the grace it is the same broadcast.
  const soon = revived(60_000);
  const goesOn = reduceEvents(soon.state, decide(soon.state, again, soon.nowMs).events ?? []);
  expect(goesOn).toMatchObject({ phase: "starting", broadcast: { id: "broadcast-1" }, unrecorded: [] });
  // The hook of a session that is there after all may be repeated.
  expect(decide(state, publish("1"), nowMs)).toEqual({ reply: { publicName: "public-1" } });
});

test("a lost broadcast whose grace passed while nobody ran is over, and is never shown again", () => {
  const { state } = revived(HOUR_MS, [...onAir, lost]);
  expect(state).toMatchObject({ phase: "offline", unrecorded: [{ id: "broadcast-1", endedAtMs: 5_000 }] });
  expect(statusOf(state).phase).toBe("offline");
  const soon = revived(30_000, [...onAir, lost]);
  expect(soon.state).toMatchObject({ phase: "lost", sinceMs: 5_000 });
  expect(duesOf(soon.state).grace).toBe(5_000 + GRACE_MS);
});

test("owners that cannot find out do not renew the time at which the channel was last seen", () => {
  const first = revived(20_000);
  // It saved something about itself, and was replaced.
  const saved = structuredClone(first.after({ type: "ingestSilent", session: "main/b/1" }));
  const second = channel.revive(saved, { nowMs: SAVED_MS + 100_000, sinceSavedMs: 200 });
  expect(second).toMatchObject({ absence: { sinceMs: SAVED_MS, shown: "offline" } });
});

test("a preview that nobody ran for an hour is gone without a trace", () => {
  const preview: Event = { ...(published("1") as Event & { type: "published" }), preview: true };
  const { state, after } = revived(HOUR_MS, [preview, { type: "pullAttached" }]);
  expect(statusOf(state)).toMatchObject({ phase: "offline", broadcastId: null });
  expect(after(gone)).toMatchObject({ phase: "offline", over: null, unrecorded: [] });
});

test("an origin that was handed over an hour ago is not named again", () => {
  const handed: Event = { type: "handedOver", origin: "http://old", untilMs: SAVED_MS + 5_000 };
  expect(originOf(revived(2_000, [...onAir, handed]).state, "http://own")).toBe("http://old");
  expect(originOf(revived(20_000, [...onAir, handed]).state, "http://own")).toBe("http://own");
});

test("only a session that nobody watched is asked for at once", () => {
  const runs = (state: State) => encoderWatch.runs(state, new Set());
  expect(runs(revived(HOUR_MS).state)).toMatchObject([{ clientId: "1", absent: true }]);
  expect(runs(revived(1_000).state)[0]).not.toHaveProperty("absent");
});
