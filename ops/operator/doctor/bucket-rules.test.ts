import { expect, test } from "bun:test";
import { testObjectStore } from "#runtime/objects/testing.ts";
import { type BucketRules, bucketRules, ruleChecks } from "./bucket-rules.ts";

const states = (rules: Partial<BucketRules>) =>
  ruleChecks({ aborts: [], versioning: false, noncurrentDays: null, ...rules }).map(({ state }) => state);

test("a bucket that keeps forgotten parts, or what is deleted, is warned about", () => {
  expect(states({ aborts: [{ prefix: "", days: 7 }] })).toEqual(["ok", "ok"]);
  expect(states({ aborts: [{ prefix: "uploads/", days: 3 }] })).toEqual(["ok", "ok"]);
  expect(states({ aborts: null, versioning: null })).toEqual(["ok", "ok"]);
  expect(states({ aborts: [{ prefix: "videos/", days: 3 }] })).toEqual(["warning", "ok"]);
  expect(states({ aborts: [{ prefix: "", days: 8 }] })).toEqual(["warning", "ok"]);
  expect(states({ versioning: true })).toEqual(["warning", "warning"]);
  expect(states({ versioning: true, noncurrentDays: 30 })).toEqual(["warning", "ok"]);
  expect(states({ versioning: true, noncurrentDays: 365 })).toEqual(["warning", "warning"]);
});

test("a new bucket of our own server needs no warning", async () => {
  const checks = await bucketRules(testObjectStore());
  expect(checks.map(({ state, found }) => [state, found])).toEqual([
    ["ok", "removed after 7 days"],
    ["ok", "what is deleted is gone"],
  ]);
});
