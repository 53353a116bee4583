// What a channel says of itself, on real PostgreSQL.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";

let edge: TestEdge;
let ada: TestUser;
let bob: TestUser;
beforeAll(async () => {
  edge = await testEdge();
  ada = await edge.register("ada");
  bob = await edge.register("bob");
});
afterAll(() => edge.close());

const PATH = "/api/v1/channels/ada/about";
const read = async () => (await edge.ask("GET", PATH)).body;
const change = (json: object, { token } = ada) => edge.ask("PATCH", PATH, { json, token });
const link = (url: string) => ({ links: [{ name: "Site", url }] });

test("everybody reads it, and it is empty at first", async () => {
  expect(await read()).toEqual({ about: "", rules: "", links: [] });
});

test("the owner changes a field, and the others stay", async () => {
  const links = [
    { name: "  Mein Tagebuch 🦆 ", url: "https://example.org/tagebuch" },
    { name: "Second", url: "https://bücher.example/ä b" },
  ];
  await change({ about: "I dive.\n\nمرحبا https://example.org", rules: "Be kind." });
  expect((await change({ links })).body).toEqual({
    about: "I dive.\n\nمرحبا https://example.org",
    rules: "Be kind.",
    links: [
      { name: "Mein Tagebuch 🦆", url: "https://example.org/tagebuch" },
      { name: "Second", url: "https://xn--bcher-kva.example/%C3%A4%20b" },
    ],
  });
  expect((await change({ rules: "" })).body).toMatchObject({ rules: "", links: { length: 2 } });
  expect((await edge.ask("GET", "/api/v1/channels/ada")).body).not.toHaveProperty("about");
});

test.each([
  ["another person's", {}, 403],
  ["about", { about: "x".repeat(2_001) }, 422],
  ["about", { about: "a\u0000b" }, 422],
  ["about", { about: "a\u202eb" }, 422],
  ["about", { about: "half \ud800" }, 422],
  ["rules", { rules: null }, 422],
  ["links", { links: Array.from({ length: 11 }, () => ({ name: "a", url: "https://a.example" })) }, 422],
  ["links.0.name", { links: [{ name: " ", url: "https://a.example" }] }, 422],
  ["links.0.url", link("http://a.example"), 422],
  ["links.0.url", link("javascript:alert(1)"), 422],
  ["links.0.url", link("https://"), 422],
  ["links.0.url", link("https://known.example@other.example"), 422],
  ["links.0.url", link(`https://a.example/${"x".repeat(300)}`), 422],
])("a wrong %s is refused: %j", async (path, json, status) => {
  const answer = await change(json, status === 403 ? bob : ada);
  expect(answer.status).toBe(status);
  if (status === 422) expect((answer.body.errors as { path: string }[])[0]?.path).toBe(path);
});

test("2,000 characters of text are allowed", async () => {
  expect((await change({ about: "é".repeat(2_000) })).status).toBe(200);
});
