// The API of search and categories, on real PostgreSQL and Redis.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { CategoryView } from "#schema/api/categories.ts";
import type { SearchView } from "#schema/api/search.ts";
import { keys } from "#schema/redis/keys.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../testing.ts";

let edge: TestEdge;
let ada: TestUser;
beforeAll(async () => {
  edge = await testEdge();
  ada = await edge.register("ada_owl");
  for (let i = 0; i < 4; i++) await edge.register(`owl_${i}`);
});
afterAll(() => edge.close());

const get = (path: string) => edge.ask("GET", `/api/v1${path}`);
const change = (json: unknown) => edge.ask("PATCH", "/api/v1/channels/ada_owl", { json, token: ada.token });
const search = async (query: string) => (await get(`/search?${query}`)).body as unknown as SearchView;
const code = ({ status, body }: Answer) => [status, body.code];

test("a search has channels as the list has them, live ones with their viewers, and categories", async () => {
  const changed = await change({ title: "Chess at night", category: "chess" });
  expect(changed.body).toMatchObject({ category: "Chess", categorySlug: "chess" });
  const { id } = changed.body as { id: string };
  await edge.world.database.sql`
    INSERT INTO broadcasts (id, channel_id, title, phase, epoch, started_at) VALUES (${Bun.randomUUIDv7()}, ${id}, '', 'live', 1, now())`;
  await edge.world.redis.set(keys.viewers(id), 12, "PX", 60_000);
  const { channels, categories } = await search("q=CHESS");
  expect(channels.items).toEqual([(await get("/channels/ada_owl")).body as never]);
  expect(channels.items[0]!.live?.viewers).toBe(12);
  expect(channels.nextCursor).toBeNull();
  expect(categories).toEqual([{ slug: "chess", name: "Chess", pictureUrl: null, liveChannels: 1 }]);
});

test("a search comes page by page, and only its first page has categories", async () => {
  const seen: string[] = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { channels, categories }: SearchView = await search(`q=owl&limit=2&cursor=${cursor}`);
    seen.push(...channels.items.map(({ login }) => login));
    expect(categories).toEqual([]);
    cursor = channels.nextCursor;
  }
  expect([...seen].sort()).toEqual(["ada_owl", "owl_0", "owl_1", "owl_2", "owl_3"]);
  expect(seen.at(-1)).toBe("ada_owl"); // Begins with another word, although it is live.
  const first = await search("q=art&limit=1");
  expect(first.categories.map(({ name }) => name)).toContain("Art");
  expect((await search(`q=art&cursor=${(await search("q=owl&limit=1")).channels.nextCursor}`)).categories).toEqual([]);
});

test.each(["", "q=", "q=%25", "q=_", "q=%20", "q=%27%20OR%201=1--%20nowhere"])(
  "%p finds nothing and is no mistake",
  async (query) => {
    expect(await search(query)).toEqual({ channels: { items: [], nextCursor: null }, categories: [] });
  },
);

test.each([`q=${"x".repeat(101)}`, "q=a&limit=0", "q=a&limit=101", "q=a&cursor=garbage", "cursor=%00"])(
  "%p is refused",
  async (query) => {
    expect(code(await get(`/search?${query}`))).toEqual([422, "validation_failed"]);
  },
);

test("a search is limited per address, and says so before it asks the database", async () => {
  const strict = await testEdge({ config: { limits: { ...edge.world.config.limits, searchesPerMinutePerIp: 2 } } });
  const statuses: number[] = [];
  for (let i = 0; i < 3; i++)
    statuses.push((await strict.ask("GET", "/api/v1/search?q=a", { from: "192.0.2.7" })).status);
  expect(statuses).toEqual([200, 200, 429]);
  await strict.close();
});

test("categories are listed, those with live channels first, and each is found by its slug", async () => {
  const page = (await get("/categories?limit=1")).body as { items: CategoryView[]; nextCursor: string };
  expect(page.items).toEqual([{ slug: "chess", name: "Chess", pictureUrl: null, liveChannels: 1 }]);
  const next = (await get(`/categories?limit=100&cursor=${page.nextCursor}`)).body as unknown as typeof page;
  expect(next.nextCursor).toBeNull();
  expect(next.items.map(({ slug }) => slug)).not.toContain("chess");
  expect((await get("/categories/chess")).body).toEqual(page.items[0] as never);
  for (const slug of ["nothing", "Chess", "a--b", "-", "x".repeat(61), "%00"])
    expect(code(await get(`/categories/${slug}`))).toEqual([404, "not_found"]);
});

test("a category is set by name in any case or by slug, and taken away", async () => {
  for (const category of ["just-chatting", "JUST CHATTING", "Just chatting"])
    expect((await change({ category })).body).toMatchObject({
      category: "Just chatting",
      categorySlug: "just-chatting",
    });
  expect((await change({ category: null })).body).toMatchObject({ category: null, categorySlug: null });
  await edge.world.database.sql`UPDATE channels SET category = 'words of its own' WHERE user_id = ${ada.userId}`;
  expect((await change({ title: "x" })).body).toMatchObject({ category: "words of its own", categorySlug: null });
});
