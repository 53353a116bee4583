// Where `?next=` may lead after signing in.

import { expect, test } from "bun:test";
import { safeNext } from "./router.ts";

test("`next` leads to a path of this site, never to another site", () => {
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
