// The life of an upload, by a hand-turned clock and without stores.

import { expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import type { Message, State } from "./state.ts";
import { Video } from "./video.ts";

const NOW_MS = 1_000_000;
const rules = new Video([], undefined as never);

function after(state: State, ...messages: Message[]) {
  let last = {} as ReturnType<Video["decide"]>;
  for (const message of messages) {
    last = rules.decide(state, message, NOW_MS);
    state = (last.events ?? []).reduce((before, event) => rules.evolve(before, event), state);
  }
  return { state, last, wakeAtMs: rules.wakeAtMs(state), timers: rules.runs(state).timers };
}
const uploading: State = { phase: "uploading", expiresAtMs: NOW_MS + 5_000 };
const working: State = { phase: "working", tries: 0, retryAtMs: null };
const stored: Message = { type: "completed", answer: { type: "stored" } };

test("an upload goes from its parts to a video: completed by what the store has, worked, cleared", () => {
  const completing = after(uploading, { type: "complete" });
  expect(completing).toMatchObject({ state: { phase: "completing" }, last: { park: "complete" }, wakeAtMs: 0 });
  const taken = after(completing.state, stored);
  expect(taken).toMatchObject({ state: working, last: { answers: { complete: { type: "stored" } } }, wakeAtMs: 0 });
  const ready = after(taken.state, { type: "worked", end: { type: "ready" } });
  expect(ready.state).toEqual({ phase: "clearing", failure: null, media: false });
  expect(after(ready.state, { type: "cleared" })).toMatchObject({ state: { phase: "over" }, wakeAtMs: null });
});

test("it sleeps until it expires; then its parts are cleared away and the uploader is told", () => {
  const read = after(rules.initial(), { type: "read", task: { type: "upload", expiresAtMs: 77 } });
  expect(read).toMatchObject({ wakeAtMs: 77, timers: { expiry: { dueMs: 77 } } });
  expect(after(read.state, { type: "expired" }).state).toMatchObject({
    phase: "clearing",
    failure: { code: "upload_expired" },
    media: true,
  });
});

test("parts that are missing leave the upload open, and are told", () => {
  const { state, last } = after(
    uploading,
    { type: "complete" },
    {
      type: "completed",
      answer: { type: "incomplete", missing: [2] },
    },
  );
  expect([state, last.answers]).toEqual([uploading, { complete: { type: "incomplete", missing: [2] } }]);
});

test("a completion that is asked again while it runs, and after it, has the same answer", () => {
  expect(after(uploading, { type: "complete" }, { type: "complete" }).last).toEqual({ park: "complete" });
  expect(after(working, { type: "complete" }).last.reply).toEqual({ type: "stored" });
  expect(after({ phase: "over", failed: false }, { type: "complete" }).last.reply).toEqual({ type: "stored" });
  expect(after({ phase: "over", failed: true }, { type: "complete" }).last.reply).toEqual({ type: "over" });
});

test("what expires while it is completed is not given up: one of the two wins", () => {
  expect(after(uploading, { type: "complete" }, { type: "expired" }, stored).state).toEqual(working);
  expect(after(uploading, { type: "expired" }, stored).state.phase).toBe("clearing");
});

test("failures of the world are tried again with growing pauses, six times in all", () => {
  const broke: Message = { type: "worked", end: { type: "broke" } };
  const pauses: number[] = [];
  let state: State = working;
  for (let tries = 0; tries < 5; tries++) {
    state = after(state, broke).state;
    if (state.phase !== "working" || state.retryAtMs === null) throw new Error("no pause");
    pauses.push(state.retryAtMs - NOW_MS);
    expect(rules.runs(state).timers).toHaveProperty("retry");
    state = after(state, { type: "retryDue" }).state;
  }
  expect(pauses).toEqual([10_000, 40_000, 160_000, 600_000, 600_000]);
  expect(after(state, broke).state).toMatchObject({ phase: "clearing", failure: { code: "internal" } });
});

test("a new owner goes on at once with what another has begun", () => {
  const paused = { phase: "working", tries: 3, retryAtMs: NOW_MS + 500_000 };
  expect(rules.revive(paused)).toEqual({ phase: "working", tries: 3, retryAtMs: null });
  expect(rules.revive(uploading)).toEqual(uploading);
});

test("a refusal has its code and sentence, and leaves no media", () => {
  const end = { type: "refused", code: "sound_only", detail: "There is sound, but no moving picture." } as const;
  expect(after(working, { type: "worked", end }).state).toEqual({
    phase: "clearing",
    failure: { code: end.code, detail: end.detail },
    media: true,
  });
});

test("a cancel ends whatever runs, and is answered when nothing is left", () => {
  for (const state of [uploading, working, { phase: "completing", expiresAtMs: 1 } as State]) {
    const cancelled = after(state, { type: "cancel" });
    expect(cancelled).toMatchObject({
      state: { phase: "clearing", failure: null, media: true },
      last: { park: "cancel" },
    });
    expect(after(cancelled.state, { type: "cleared" }).last.answers).toEqual({ cancel: null });
  }
  expect(after({ phase: "over", failed: false }, { type: "cancel" }).last.reply).toBeNull();
});

test("outcomes of what does not run any more are dropped", () => {
  for (const message of [stored, { type: "worked", end: { type: "ready" } }, { type: "cleared" }] as Message[])
    expect(after(uploading, message).state).toEqual(uploading);
  expect(() => after(uploading, { type: "nonsense" } as never)).toThrow(Refusal);
});

test("a recording that has ended is drawn, whatever fails ten times, and is not touched otherwise", () => {
  const drawing = after(rules.initial(), { type: "read", task: { type: "pictures" } });
  expect(drawing).toMatchObject({ state: { phase: "drawing", tries: 0, retryAtMs: null }, wakeAtMs: 0 });
  const over: State = { phase: "over", failed: false };
  for (const type of ["drawn", "gone"] as const)
    expect(after(drawing.state, { type: "drawn", end: { type } })).toMatchObject({ state: over, wakeAtMs: null });
  expect(after(drawing.state, { type: "cancel" })).toMatchObject({ state: over, last: { reply: null } });
  expect(after(drawing.state, { type: "complete" })).toMatchObject({
    state: drawing.state,
    last: { reply: { type: "over" } },
  });
  let [{ state }, tries] = [drawing, 0];
  for (; state.phase === "drawing" && tries < 50; tries++) {
    state = after(state, { type: "drawn", end: { type: "broke" } }).state;
    if (state.phase !== "drawing") continue;
    expect(rules.runs(state).timers).toHaveProperty("retry");
    expect(rules.revive(state)).toMatchObject({ phase: "drawing", tries: tries + 1, retryAtMs: null });
    state = after(state, { type: "retryDue" }).state;
  }
  expect([state, tries]).toEqual([over, 10]);
});

test("what is neither an upload nor a recording that has ended has nothing to do; of what has no row nothing is left", () => {
  expect(after(rules.initial(), { type: "read", task: { type: "nothing" } }).state.phase).toBe("over");
  const unknown = after(rules.initial(), { type: "read", task: { type: "unknown" } });
  expect(unknown.state).toEqual({ phase: "clearing", failure: null, media: true });
  for (const task of [{ type: "pictures" }, { type: "unknown" }] as const)
    expect(after(uploading, { type: "read", task }).state).toEqual(uploading);
});
