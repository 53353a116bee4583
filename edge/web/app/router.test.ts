// Which page an address is.

import { expect, test } from "bun:test";
import { routeOf, safeNext } from "./router.ts";

test("addresses are pages, channels by login without case, and nothing else", () => {
  expect(routeOf("/")).toEqual({ page: "home" });
  expect(routeOf("/dashboard/")).toEqual({ page: "dashboard" });
  expect(routeOf("/Alice_1")).toEqual({ page: "watch", login: "alice_1" });
  expect(routeOf("/verify")).toEqual({ page: "verify" });
  expect(routeOf("/settings")).toEqual({ page: "settings", tab: "account" });
  expect(routeOf("/settings/people")).toEqual({ page: "settings", tab: "people" });
  expect(routeOf("/settings/security/")).toEqual({ page: "settings", tab: "security" });
  expect(routeOf("/staff/users/Bob")).toEqual({ page: "staff", tab: "users", subject: "bob" });
  for (const path of [
    "/settings/other",
    "/staff/users/a-b",
    "/staff/reports/x",
    "/ab",
    "/alice/videos",
    "/api/docs",
    "/a-b-c",
    "/%41lice",
  ])
    expect(routeOf(path)).toEqual({ page: "missing" });
});

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
