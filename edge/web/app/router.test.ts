// Where signing in leads.

import { expect, test } from "bun:test";
import { safeNext } from "./router.ts";

test("after signing in the way leads to a page of ours, never to another site", () => {
  expect(safeNext("?next=/alice")).toBe("/alice");
  expect(safeNext("?next=%2Fdashboard")).toBe("/dashboard");
  for (const search of [
    "",
    "?next=//evil.test",
    "?next=https://evil.test",
    "?next=/%5Cevil.test",
    "?next=javascript:1",
  ])
    expect(safeNext(search)).toBe("/");
});
