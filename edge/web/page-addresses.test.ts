// Which page an address leads to, and that each page's code can be loaded.

import { expect, test } from "bun:test";
import { isReservedLogin } from "#schema/wire/reserved.ts";
import { type Page, pageAt, pages } from "./page-addresses.ts";

const all = Object.entries(pages) as [string, Page<object>][];

test("fixed addresses and logins in any case lead to pages, other addresses do not", () => {
  expect(pageAt("/")).toMatchObject({ name: "home", kind: "public" });
  expect(pageAt("/dashboard/")).toMatchObject({ name: "dashboard", kind: "private" });
  expect(pageAt("/Alice_1")).toMatchObject({ name: "watch", kind: "public", props: { login: "alice_1" } });
  expect(pageAt("/verify")).toMatchObject({ name: "entry", kind: "entry", props: { page: "verify" } });
  expect(pageAt("/settings")).toMatchObject({ name: "settings", props: { tab: "account" } });
  expect(pageAt("/settings/people")).toMatchObject({ name: "settings", props: { tab: "people" } });
  expect(pageAt("/Login/")).toMatchObject({ name: "entry", props: { page: "login" } });
  expect(pageAt("/DASHBOARD")).toMatchObject({ name: "dashboard" });
  expect(pageAt("/embed/Ada")).toMatchObject({ name: "embed", isBare: true, props: { login: "ada" } });
  for (const path of ["/popout/ada/chat", "/embed/ada/chat/"])
    expect(pageAt(path)).toMatchObject({ name: "chat", isBare: true, props: { login: "ada" } });
  expect(pageAt("/settings/security/")).toMatchObject({ name: "settings", props: { tab: "security" } });
  expect(pageAt("/staff")).toMatchObject({ name: "staff", props: { tab: "reports", subject: null } });
  expect(pageAt("/Categories/Just-Chatting/")).toMatchObject({ name: "category", props: { slug: "just-chatting" } });
  for (const name of ["following", "search", "categories"]) expect(pageAt(`/${name}`)).toMatchObject({ name });
  expect(pageAt("/Alice/videos/")).toMatchObject({ name: "channelVideos", props: { login: "alice" } });
  const id = "01890000-0000-7000-8000-00000000000a";
  expect(pageAt(`/videos/${id.toUpperCase()}`)).toMatchObject({ name: "video", hasPlayer: true, props: { id } });
  expect(pageAt("/staff/users/Bob")).toMatchObject({ name: "staff", props: { tab: "users", subject: "bob" } });
  for (const path of [
    "/settings/other",
    "/staff/users/a-b",
    "/staff/reports/x",
    "/ab",
    "/alice/video",
    "/videos/01890000-0000-7000-8000-00000000000",
    "/videos/01890000-0000-7000-8000-000000000001/x",
    "/alice//",
    "/embed/a",
    "/popout/alice",
    "/popout/alice/chat/x",
    "/api/docs",
    "/a-b-c",
    "/%41lice",
    "/constructor/x",
    "/categories/a--b",
    "/categories/-a",
    `/categories/${"x".repeat(61)}`,
    "/categories/chess/x",
    "/search/x",
  ])
    expect([path, pageAt(path)]).toEqual([path, null]);
});

test("the banner about an unconfirmed address is shown only on pages that do not say it themselves", () => {
  const withBanner = ["/", "/dashboard", "/settings/security", "/settings", "/login", "/alice", "/staff"].filter(
    (path) => pageAt(path)!.hasUnconfirmedBanner,
  );
  expect(withBanner).toEqual(["/", "/dashboard", "/settings/security"]);
});

test("the first segment of each page's address is a reserved login", () => {
  const first = all.flatMap(([, { addresses }]) => Object.keys(addresses ?? {})).map((path) => path.split("/")[1]!);
  expect(first.filter((name) => name !== "" && !isReservedLogin(name))).toEqual([]);
});

test("the code of each page can be loaded", async () => {
  for (const [name, { load }] of all) if (load) expect([name, typeof (await load())]).toEqual([name, "function"]);
});
