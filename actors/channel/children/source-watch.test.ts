// The watch of a source, on a manual clock, with a source and an nginx that the test moves.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import type { Message } from "../rules/messages.ts";
import type { OnAir } from "../rules/state.ts";
import { RunningSource } from "../sources.ts";
import { fakeChannel, ingestOf, sessionOf } from "../testing.ts";
import { sourceWatch } from "./source-watch.ts";

function watch({ before = 0 } = {}) {
  const clock = new ManualClock();
  const source = new RunningSource();
  source.pictures = before;
  const nginx: { hasPicture: boolean | null } = { hasPicture: true };
  const told: Message[] = [];
  const child = sourceWatch.start({ session: sessionOf("1"), attempt: 3 } as OnAir, {
    parts: {
      clock,
      ingests: new Map([["main", { ...ingestOf(), hasPicture: async () => nginx.hasPicture }]]),
      sources: new Map([["public-1", source]]),
    },
    channel: fakeChannel(),
    self: { tell: (message) => told.push(message) },
  });
  /** Time passes, with so much media each half second. */
  const pass = async (ms: number, each: { pictures?: number; bytes?: number } = {}) => {
    for (let passed = 0; passed < ms; passed += 500) {
      source.pictures += each.pictures ?? 0;
      source.bytes += each.bytes ?? 0;
      await clock.settle(500, 500);
    }
  };
  return { clock, nginx, told, child, pass };
}

const ref = { session: "main/b/1", attempt: 3 };
const FLOWS = { pictures: 15, bytes: 9_000 };

test("the first picture of a session is told once, also on a pull that had pictures before", async () => {
  const { told, pass } = watch({ before: 700 });
  await pass(3_000);
  expect(told).toEqual([]);
  await pass(5_000, FLOWS);
  expect(told).toEqual([{ type: "pictureSeen", ...ref }]);
});

test("a picture that stops while sound goes on is told after 12 s, once", async () => {
  const { told, pass } = watch();
  await pass(2_000, FLOWS);
  await pass(11_000, { bytes: 900 });
  expect(told.length).toBe(1);
  await pass(30_000, { bytes: 900 });
  expect(told.slice(1)).toEqual([{ type: "pictureMissing", ...ref, why: "stopped" }]);
});

test("pictures that come every ten seconds are a picture", async () => {
  const { told, pass } = watch();
  for (let n = 0; n < 6; n++) {
    await pass(500, FLOWS);
    await pass(9_500, { bytes: 900 });
  }
  expect(told.map(({ type }) => type)).toEqual(["pictureSeen"]);
});

test("an encoder that never sent a picture to nginx is waited for: its pull is left alone", async () => {
  const { nginx, told, pass } = watch();
  nginx.hasPicture = false;
  await pass(26_000);
  expect(told.map(({ type }) => type)).toEqual(["pictureMissing", "pictureMissing"]);
  await pass(1_000, FLOWS);
  expect(told.at(-1)).toMatchObject({ type: "pictureSeen" });
});

test("a pull that gets nothing although nginx has a picture has failed", async () => {
  const { told, pass } = watch();
  await pass(60_000);
  expect(told).toEqual([{ type: "intakeEnded", publicName: "public-1", attempt: 3, problem: null, pulled: false }]);
});

test("an encoder that is gone and an nginx that is silent are not judged here", async () => {
  const { nginx, told, pass } = watch();
  nginx.hasPicture = null;
  await pass(60_000);
  expect(told).toEqual([]);
});

test("a stopped watch leaves no timer", async () => {
  const { clock, child } = watch();
  await child.stop("ask");
  expect(clock.waiting).toBe(0);
});
