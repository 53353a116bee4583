// The inputs of the encoder cases without a server: every case sends what its name says, in an order that can be sent.

import { expect, test } from "bun:test";
import { BASIC, encoderCases } from "./cases.ts";

test("every case has an id of its own, and the basic ones exist", () => {
  const ids = encoderCases.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(BASIC.filter((id) => !ids.includes(id))).toEqual([]);
  expect(ids.length).toBeGreaterThan(35);
});

test("every case sends for longer than it is looked at, in the order of time", async () => {
  for (const { id, faultMs, connections } of encoderCases) {
    const list = await connections();
    let lengthMs = 0;
    for (const { tags, afterMs } of list) {
      let lastMs = 0;
      let inOrder = true;
      for (const { dueMs } of tags) {
        inOrder &&= dueMs >= lastMs;
        lastMs = dueMs;
      }
      expect([id, inOrder]).toEqual([id, true]);
      lengthMs += afterMs + lastMs;
    }
    expect([id, lengthMs > faultMs + 24_000]).toEqual([id, true]);
  }
}, 600_000);
