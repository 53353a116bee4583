import { expect, test } from "bun:test";
import { TARGETS_MAX, type TargetFault } from "#schema/wire/targets.ts";
import { fakeChannel } from "../testing.ts";
import { Channel } from "./channel.ts";
import { evolve } from "./evolve.ts";
import { NO_LIMITS } from "./limits.ts";
import { forwardedOf, forwardsOf, restreamedId, targetsDueMs } from "./restream.ts";
import type { Event, State } from "./state.ts";
import type { TargetRef } from "./target-runs.ts";
import { from, given, lost, published, ready } from "./testing.ts";

const [A, B] = [
  { id: "a", revision: 1 },
  { id: "b", revision: 4 },
];
const listed = (...targets: { id: string; revision: number }[]): Event => ({ type: "targetsListed", targets });
const live = [published("1"), ready, listed(A, B)];
const ended = (target: TargetRef, why: TargetFault, atMs: number): Event => ({
  type: "targetEnded",
  target,
  why,
  atMs,
});
const up = (target: TargetRef, atMs: number, attempt = 1): Event => ({
  ...{ type: "targetUp", target, atMs, attempt },
  publicName: "public-1",
});
const first = (target: { id: string; revision: number }) => ({ ...target, run: 1 });
const runsIn = (state: State) => forwardsOf(state).map(({ target }) => `${target.id} ${target.revision}.${target.run}`);
const stateOf = (...events: Event[]) => given(...events).state;

test("targets run once viewers can see the broadcast, and not in a preview", () => {
  const preview: Event = { ...(published("1") as Event & { type: "published" }), preview: true };
  expect(runsIn(stateOf(published("1"), listed(A)))).toEqual([]);
  expect(runsIn(stateOf(preview, ready, listed(A)))).toEqual([]);
  expect(runsIn(stateOf(...live))).toEqual(["a 1.1", "b 4.1"]);
});

test("a lost encoder whose pull goes on keeps the connections, and the end of the broadcast ends them", () => {
  const kept = stateOf(...live, lost);
  expect([kept.phase, ...runsIn(kept)]).toEqual(["lost", "a 1.1", "b 4.1"]);
  const over = evolve(kept, { type: "ended", atMs: 9_000, keepUntilMs: 9_000, drop: false, why: "encoder_gone" });
  expect([runsIn(over), over.restream, restreamedId(over)]).toEqual([[], undefined, null]);
});

test("nothing is forwarded while the owner changes: two owners would publish to one target", () => {
  const handing = stateOf(...live, { type: "handedOver", origin: "http://old", untilMs: 5_000 });
  expect(runsIn(handing)).toEqual([]);
  expect(runsIn(evolve(handing, { type: "tookOver" }))).toEqual(["a 1.1", "b 4.1"]);
});

test("failures rest for 1 s, 2 s and so on up to 60 s, and only their own target", () => {
  let state = stateOf(...live);
  const pauses: number[] = [];
  for (let run = 1; run <= 9; run++) {
    state = evolve(state, ended({ ...A, run }, "unreachable", 0));
    pauses.push(targetsDueMs(state)!);
    expect(runsIn(state)).toEqual(["b 4.1"]);
    state = evolve(state, { type: "targetsRetried", atMs: targetsDueMs(state)! });
    expect(runsIn(state)).toEqual([`a 1.${run + 1}`, "b 4.1"]);
  }
  expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
});

test("a connection that stood for 30 s ends the count of failures, a shorter one does not", () => {
  const failed = [ended(first(A), "unreachable", 0), ended({ ...A, run: 2 }, "unreachable", 0)];
  const third = { ...A, run: 3 };
  const after = (stoodMs: number) =>
    targetsDueMs(stateOf(...live, ...failed, up(third, 100_000), ended(third, "closed", 100_000 + stoodMs)))!;
  expect(after(29_000) - 129_000).toBe(4_000);
  expect(after(30_000) - 130_000).toBe(1_000);
});

test("a changed target begins anew, the others go on, and one that is gone ends", () => {
  const state = stateOf(...live, up(first(A), 2_000), ended(first(B), "key_refused", 3_000));
  const changed = evolve(state, listed({ ...B, revision: 5 }, A));
  expect(runsIn(changed)).toEqual(["b 5.1", "a 1.1"]);
  expect(forwardedOf(changed)[1]!.liveSinceMs).toBe(2_000);
  expect(runsIn(evolve(state, listed()))).toEqual([]);
});

test("more targets than a channel may have are not run", () => {
  const many = Array.from({ length: TARGETS_MAX + 3 }, (_, i) => ({ id: `t${i}`, revision: 1 }));
  expect(runsIn(stateOf(...live, listed(...many))).length).toBe(TARGETS_MAX);
});

test("the owner of the channel is told what each target does, and why it failed", () => {
  const state = stateOf(...live, up(first(A), 2_000), ended(first(B), "key_refused", 3_000));
  expect(forwardedOf(state)).toEqual([
    { targetId: "a", liveSinceMs: 2_000, failure: null, droppedFrames: 0 },
    { targetId: "b", liveSinceMs: null, failure: { why: "key_refused", retryAtMs: 4_000 }, droppedFrames: 0 },
  ]);
  const connecting = evolve(state, { type: "targetsRetried", atMs: 4_000 });
  expect(forwardedOf(connecting)[1]).toMatchObject({ liveSinceMs: null, failure: null });
  expect(from(state).when({ type: "targets" })).toEqual({ reply: forwardedOf(state) });
  expect(forwardedOf(given().state)).toEqual([]);
});

test("a target that took another pull does not count as live", () => {
  const state = stateOf(...live, up(first(A), 2_000));
  const again = evolve(state, { type: "failed", problem: null, pause: null, pulled: true });
  expect(forwardedOf(again)[0]!.liveSinceMs).toBeNull();
});

test("late words of an old connection change nothing", () => {
  const { state } = given(...live, ended(first(A), "closed", 3_000));
  const told = from(state);
  expect(told.when({ type: "targetEnded", target: first(A), why: "closed" })).toEqual({});
  // Not even of the next run, as long as it rests.
  expect(told.when({ type: "targetEnded", target: { ...A, run: 2 }, why: "closed" })).toEqual({});
  expect(told.when({ type: "targetUp", target: { ...A, revision: 9, run: 1 }, publicName: "p", attempt: 1 })).toEqual(
    {},
  );
  expect(told.when({ type: "targetsListed", broadcastId: "another", targets: [] })).toEqual({});
});

test("a change of the list is read anew while something is forwarded, and needs nothing otherwise", () => {
  expect(given(...live).when({ type: "targetsChanged" })).toEqual({ reply: null, events: [{ type: "targetsAsked" }] });
  expect(given().when({ type: "targetsChanged" })).toEqual({ reply: null });
});

test("a new owner begins all connections anew, and rests before none", () => {
  const state = stateOf(...live, up(first(A), 2_000), ended(first(B), "unreachable", 3_000));
  const options = { children: [], graceMs: 90_000, limits: NO_LIMITS };
  const channel = new Channel(options, fakeChannel());
  const revived = channel.revive(state, { nowMs: 3_500, sinceSavedMs: 500 });
  expect(runsIn(revived)).toEqual(["a 1.2", "b 4.3"]);
  expect(forwardedOf(revived)).toMatchObject([
    { liveSinceMs: null, failure: null },
    { liveSinceMs: null, failure: null },
  ]);
});

test("the next target that has rested is a timer", () => {
  const state = stateOf(...live, ended(first(A), "unreachable", 3_000));
  const channel = new Channel({ children: [], graceMs: 90_000, limits: NO_LIMITS }, fakeChannel());
  expect(channel.runs(state, new Set()).timers?.targets).toEqual({ dueMs: 4_000, rings: { type: "targetsDue" } });
  expect(channel.runs(stateOf(...live), new Set()).timers?.targets).toBeUndefined();
});
