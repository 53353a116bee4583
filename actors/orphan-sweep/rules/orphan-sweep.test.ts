// When the orphan sweep walks, and where its successor goes on.

import { expect, test } from "bun:test";
import { Refusal } from "#runtime/actor/actor.ts";
import { BEGINNING, type Place } from "../walk/walk.ts";
import { type Message, OrphanSweep, type State } from "./orphan-sweep.ts";

const NOW_MS = 1_000_000;
const DAY_MS = 86_400_000;
const started: Place[] = [];
const rules = new OrphanSweep((from) => {
  started.push(from);
  return { stop: async () => {} };
});

const after = (state: State, ...messages: Message[]) =>
  messages.reduce(
    (state, message) =>
      (rules.decide(state, message, NOW_MS).events ?? []).reduce((s, event) => rules.evolve(s, event), state),
    state,
  );

test("it is due at once, walks to the end, and is due again after a day", () => {
  const first = rules.initial(NOW_MS);
  expect([rules.wakeAtMs(first), rules.runs(first)]).toEqual([
    NOW_MS,
    { timers: { alarm: { dueMs: NOW_MS, rings: { type: "due" } } } },
  ]);
  const walking = after(first, { type: "due" });
  expect([walking, rules.wakeAtMs(walking)]).toEqual([{ phase: "walking", place: BEGINNING }, 0]);
  const rested = after(walking, { type: "went", place: { in: "parts" } }, { type: "went", place: null });
  expect([rested, rules.wakeAtMs(rested)]).toEqual([{ phase: "resting", dueMs: NOW_MS + DAY_MS }, NOW_MS + DAY_MS]);
});

test("a successor goes on at the saved place, and the walker of one owner is not started anew by its steps", () => {
  const place: Place = { in: "videos", after: "videos/x" };
  const saved = rules.revive(
    JSON.parse(JSON.stringify(after(rules.initial(0), { type: "due" }, { type: "went", place }))),
  );
  const { walker } = rules.runs(saved).children!;
  walker!.start({ tell() {} });
  expect(started).toEqual([place]);
  expect(rules.runs(after(saved, { type: "went", place: { in: "parts" } })).children!.walker!.key).toBe(walker!.key);
});

test("what comes late is dropped, and nothing else is understood", () => {
  const resting = rules.initial(5);
  expect(after(resting, { type: "went", place: { in: "parts" } })).toEqual(resting);
  const walking = after(resting, { type: "due" }, { type: "went", place: { in: "parts" } });
  expect(after(walking, { type: "due" })).toEqual(walking);
  expect(() => after(resting, { type: "nonsense" } as never)).toThrow(Refusal);
});
