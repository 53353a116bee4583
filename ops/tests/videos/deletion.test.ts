// A deletion whose process is killed again and again ends in the next one; deletion.long.ts does it at full size.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { deleteUnderKills } from "../support/videos/killed-deletion.ts";

let stored: TestDatabase;
beforeAll(async () => {
  stored = await testDatabase();
}, patient(60_000));
afterAll(() => stored.drop());

test(
  "a deletion of 2 500 segments that is killed three times ends, and leaves nothing of it and all of its neighbour",
  async () => {
    const left = await deleteUnderKills({ stored, segments: 2_500, kills: 3 });
    expect(left).toMatchObject({ objects: 0, rows: 0, neighbour: { objects: 12, rows: 11 } });
    expect(left.kills).toBeGreaterThan(0);
  },
  patient(120_000),
);
