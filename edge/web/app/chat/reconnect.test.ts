// Close codes and waiting times.

import { expect, test } from "bun:test";
import { returnAfter } from "./reconnect.ts";

const back = (code: number, failures = 0, chance = 0.5, byeMs: number | null = null) => {
  const next = returnAfter({ code, failures, chance, byeMs });
  if (next.come !== "back") throw new Error(`${code} does not come back`);
  return next;
};

test("4500 to 4999 do not come back, everything else does", () => {
  for (const code of [4500, 4504, 4509, 4999])
    expect(returnAfter({ code, failures: 0, chance: 0 })).toMatchObject({ come: "never" });
  for (const code of [1000, 1001, 1006, 1011, 1012, 4000, 4002, 4003, 4008, 4029, 4499]) back(code);
});

test("an expired token is renewed first, at once the first time and with back-off after", () => {
  expect(back(4003)).toEqual({ come: "back", delayMs: 0, renewToken: true, asGuest: false });
  expect(back(4003, 3).delayMs).toBeGreaterThan(500);
  expect(back(1006).renewToken).toBeFalse();
});

test("a revoked token is renewed once; with a second one refused, the room is read as a guest", () => {
  expect(back(4501)).toEqual({ come: "back", delayMs: 0, renewToken: true, asGuest: false });
  const again = returnAfter({ code: 4501, failures: 1, renewed: true, chance: 0.5 });
  expect(again).toMatchObject({ come: "back", renewToken: false, asGuest: true });
});

test("waiting doubles up to 20 s and is spread", () => {
  expect(back(1006, 0, 1).delayMs).toBe(500);
  expect(back(1006, 0, 0).delayMs).toBe(250);
  expect(back(1006, 3, 1).delayMs).toBe(4_000);
  expect(back(1006, 1_000, 1).delayMs).toBe(20_000);
});

test("an edge that says goodbye is left for at least as long as it asks", () => {
  expect(back(1000, 0, 0, 800).delayMs).toBe(800);
  expect(back(1000, 5, 1, 800).delayMs).toBe(1_200);
});

test("with too many sockets one waits until others have gone", () => {
  expect(back(4029, 0, 0).delayMs).toBeGreaterThan(15_000);
});
