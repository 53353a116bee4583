// Which page an address is, and that each page can be drawn.

import { expect, test } from "bun:test";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import { type Page, pageAt, pages } from "./pages.ts";

const all = Object.entries(pages) as [string, Page<object>][];

test("addresses are pages, channels by login without case, and nothing else", () => {
  expect(pageAt("/")).toMatchObject({ name: "home", kind: "public" });
  expect(pageAt("/dashboard/")).toMatchObject({ name: "dashboard", kind: "private" });
  expect(pageAt("/Alice_1")).toMatchObject({ name: "watch", kind: "public", props: { login: "alice_1" } });
  expect(pageAt("/verify")).toMatchObject({ name: "entry", kind: "entry", props: { page: "verify" } });
  expect(pageAt("/settings")).toMatchObject({ name: "settings", props: { tab: "account" } });
  expect(pageAt("/settings/people")).toMatchObject({ name: "settings", props: { tab: "people" } });
  expect(pageAt("/settings/security/")).toMatchObject({ name: "settings", props: { tab: "security" } });
  expect(pageAt("/staff")).toMatchObject({ name: "staff", props: { tab: "reports", subject: null } });
  expect(pageAt("/staff/users/Bob")).toMatchObject({ name: "staff", props: { tab: "users", subject: "bob" } });
  for (const path of [
    "/settings/other",
    "/staff/users/a-b",
    "/staff/reports/x",
    "/ab",
    "/alice/videos",
    "/api/docs",
    "/a-b-c",
    "/%41lice",
    "/constructor/x",
  ])
    expect([path, pageAt(path)]).toEqual([path, null]);
});

test("the line about an address that is not confirmed stands where nothing else says it", () => {
  const reminding = ["/", "/dashboard", "/settings/security", "/settings", "/login", "/alice", "/staff"].filter(
    (path) => pageAt(path)!.remindsOfEmail,
  );
  expect(reminding).toEqual(["/", "/dashboard", "/settings/security"]);
});

test("nobody's channel stands in a page's place", () => {
  const first = all.flatMap(([, { addresses }]) => Object.keys(addresses ?? {})).map((path) => path.split("/")[1]!);
  expect(first.filter((name) => name !== "" && !isReservedLogin(name))).toEqual([]);
});

test("the code of each page is where the list says", async () => {
  for (const [name, { load }] of all) if (load) expect([name, typeof (await load())]).toEqual([name, "function"]);
});
