// Close codes and pauses before reconnecting.

import { expect, test } from "bun:test";
import { reconnectionAfter } from "./reconnect.ts";

const reconnection = (code: number, failures = 0, chance = 0.5, byeMs: number | null = null) => {
  const next = reconnectionAfter({ code, failures, chance, byeMs });
  if (!next.reconnect) throw new Error(`no reconnect after ${code}`);
  return next;
};

test("every close code leads to a reconnect, except 4500 to 4999 without 4501", () => {
  for (const code of [4500, 4504, 4509, 4999])
    expect(reconnectionAfter({ code, failures: 0, chance: 0 })).toMatchObject({ reconnect: false });
  for (const code of [1000, 1001, 1006, 1011, 1012, 4000, 4002, 4003, 4008, 4029, 4499]) reconnection(code);
});

test("an expired token is renewed: at once the first time, with back-off afterwards", () => {
  expect(reconnection(4003)).toEqual({ reconnect: true, delayMs: 0, renewToken: true, asGuest: false });
  expect(reconnection(4003, 3).delayMs).toBeGreaterThan(500);
  expect(reconnection(1006).renewToken).toBeFalse();
});

test("a revoked token is renewed once; if the new token is refused too, the room is joined as a guest", () => {
  expect(reconnection(4501)).toEqual({ reconnect: true, delayMs: 0, renewToken: true, asGuest: false });
  const again = reconnectionAfter({ code: 4501, failures: 1, renewed: true, chance: 0.5 });
  expect(again).toMatchObject({ reconnect: true, renewToken: false, asGuest: true });
});

test("pauses double up to 20 s and are spread", () => {
  expect(reconnection(1006, 0, 1).delayMs).toBe(500);
  expect(reconnection(1006, 0, 0).delayMs).toBe(250);
  expect(reconnection(1006, 3, 1).delayMs).toBe(4_000);
  expect(reconnection(1006, 1_000, 1).delayMs).toBe(20_000);
});

test("after bye the pause is at least the requested one", () => {
  expect(reconnection(1000, 0, 0, 800).delayMs).toBe(800);
  expect(reconnection(1000, 5, 1, 800).delayMs).toBe(1_200);
});

test("after too many sockets the pause is long enough for others to close", () => {
  expect(reconnection(4029, 0, 0).delayMs).toBeGreaterThan(15_000);
});
