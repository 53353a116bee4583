import { expect, test } from "bun:test";
import { liveClose } from "#schema/wire/live-stream.ts";
import { Attempts, type Next } from "./attempts.ts";

const LOST = 1006;
const over = (reason: string | null) => ({ phase: "over", reason }) as Next;
const again = { phase: "again", afterMs: expect.any(Number) } as unknown as Next;

test("a socket that is refused twice before the first picture is given up", () => {
  const attempts = new Attempts();
  expect(attempts.closed(LOST, null, 0.5)).toEqual(again);
  expect(attempts.closed(LOST, null, 0.5)).toEqual(over("network"));
});

test("one that has played is tried longer, with growing and spread pauses, and anew after 10 s of media", () => {
  const attempts = new Attempts();
  const pauses = [attempts.closed(LOST, 60_000, 0), attempts.closed(LOST, null, 1), attempts.closed(LOST, null, 0)];
  expect(pauses.map((next) => next.phase === "again" && next.afterMs)).toEqual([150, 600, 600]);
  expect(attempts.closed(LOST, 20_000, 0)).toEqual({ phase: "again", afterMs: 150 });
  for (let n = 0; n < 2; n++) expect(attempts.closed(LOST, 1_000, 0)).toEqual(again);
  expect(attempts.closed(LOST, 1_000, 0)).toEqual(over("network"));
});

test("what the server says is final", () => {
  expect(new Attempts().closed(liveClose.tooSlow, 90_000, 0)).toEqual(over("slow"));
  expect(new Attempts().closed(liveClose.badFrame, null, 0)).toEqual(over("network"));
  expect(new Attempts().closed(liveClose.channelGone, null, 0)).toEqual(over(null));
});

test("an edge that goes away is left for its time, and that is no failure", () => {
  const attempts = new Attempts();
  for (let n = 0; n < 10; n++) {
    const next = attempts.sentAway(1_000, 100, 0.5);
    expect(next).toEqual({ phase: "again", afterMs: 1_225 });
  }
  expect(attempts.closed(liveClose.goingAway, 100, 0.5)).toEqual(again);
});

test("after too many sockets it waits longer", () => {
  const next = new Attempts().closed(liveClose.tooManySockets, null, 0);
  expect(next.phase === "again" && next.afterMs).toBeGreaterThan(2_000);
});

test("media that cannot be decoded twice are given up, but not if they played well in between", () => {
  const attempts = new Attempts();
  expect(attempts.mediaError(500, 0)).toEqual(again);
  expect(attempts.mediaError(30_000, 0)).toEqual(again);
  expect(attempts.mediaError(500, 0)).toEqual(over("media"));
});

test("a viewer who waited in vain for the first picture waits no longer", () => {
  expect(new Attempts().noPicture()).toEqual(over("network"));
});
