import { expect, test } from "bun:test";
import { type IntakeFact, IntakeFacts } from "./facts.ts";

test("an encoder's name is cut between characters, and keeps no halves: it stands in the channel's saved state", () => {
  for (const [given, kept] of [
    [`${"a".repeat(99)}🦊`, "a".repeat(99)],
    [`${"a".repeat(98)}🦊b`, `${"a".repeat(98)}🦊`],
    ["O\ud83dBS\u0000", "OBS"],
    ["\udfff", null],
    [null, null],
  ] as const) {
    const told: IntakeFact[] = [];
    new IntakeFacts((fact) => told.push(fact)).metaData(given, 0);
    expect(told).toEqual([{ fact: "metaData", encoder: kept }]);
  }
});
