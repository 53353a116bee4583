// Which relay gets a new session.

import { expect, test } from "bun:test";
import { type RelayLoad, relaysInOrder } from "./placement.ts";

const load = (relay: number, change: Partial<RelayLoad> = {}): RelayLoad => ({
  ...{ relay, isUp: true, draining: false, sessions: 0, sessionsMax: null, servesChannel: false },
  ...change,
});
const order = (...loads: RelayLoad[]) => relaysInOrder(loads, () => 0.5);

test("the one with the fewest sessions comes first; dead, leaving and full ones never come", () => {
  expect(order(load(1, { sessions: 9 }), load(2, { sessions: 3 }), load(3, { sessions: 5 }))).toEqual([2, 3, 1]);
  expect(
    order(
      load(1, { isUp: false }),
      load(2, { draining: true }),
      load(3, { sessions: 100, sessionsMax: 100 }),
      load(4, { sessions: 99, sessionsMax: 100 }),
    ),
  ).toEqual([4]);
  expect(order()).toEqual([]);
});

test("a relay that has the channel's media is preferred until it has clearly more to do", () => {
  const serves = (sessions: number) => load(2, { sessions, servesChannel: true });
  expect(order(load(1, { sessions: 5 }), serves(12))[0]).toBe(2);
  expect(order(load(1, { sessions: 5 }), serves(16))[0]).toBe(1);
});

test("equal ones share by chance", () => {
  const chances = [0.9, 0.1];
  expect(relaysInOrder([load(1), load(2)], () => chances.shift()!)).toEqual([2, 1]);
});
