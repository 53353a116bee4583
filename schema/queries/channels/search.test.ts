// Search on a real PostgreSQL: what is folded, what is found, in which order, and at which price.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Sql } from "../../database.ts";
import { drizzleOn } from "../../drizzle.ts";
import { users } from "../../tables/accounts.ts";
import { broadcasts, channels } from "../../tables/channels.ts";
import { type TestDatabase, testDatabase } from "../../testing.ts";
import { suspendChannel, suspendUser } from "../people/suspensions.ts";
import { searchKey } from "../search/words.ts";
import { categoryNamed, categoryOfSlug, listedCategories } from "./categories.ts";
import { listedChannels } from "./channels.ts";
import { searchedCategories, searchedChannels } from "./search.ts";

let fresh: TestDatabase;
let sql: Sql;
beforeAll(async () => {
  fresh = await testDatabase();
  sql = fresh.database.sql;
});
afterAll(() => fresh.drop());
interface Made {
  displayName?: string;
  title?: string;
  live?: boolean;
  followers?: number;
  visibility?: "public" | "unlisted" | "followers" | "password";
  category?: string;
}

/** Returns the ids of the user and the channel. */
async function make(login: string, { displayName = login, live = false, ...channel }: Made = {}) {
  const [userId, id] = [Bun.randomUUIDv7(), Bun.randomUUIDv7()];
  await drizzleOn(sql)
    .insert(users)
    .values({ id: userId, login, displayName, email: `${login}@example.org` });
  await drizzleOn(sql)
    .insert(channels)
    .values({ id, userId, ...channel });
  if (live) {
    const row = { id: Bun.randomUUIDv7(), channelId: id, title: "", phase: "live", epoch: 1 } as const;
    await drizzleOn(sql)
      .insert(broadcasts)
      .values({ ...row, startedAt: new Date() });
  }
  return { userId, id };
}

async function found(query: string): Promise<string[]> {
  const rows = await searchedChannels(sql, { key: await searchKey(sql, query), after: null, limit: 100 });
  return rows.map(({ login }) => login);
}

describe("a key", () => {
  test.each([
    ["José Ángel", "jose angel"],
    ["Jose\u0301 A\u0301ngel", "jose angel"],
    ["ＦＵＬＬ　width", "full width"],
    ["Straße Ørsted Łódź æon", "strasse orsted lodz aeon"],
    ["ПРИВЕТ мир", "привет мир"],
    ["ΟΔΟΣ οδος", "οδοσ οδοσ"],
    ["night_owl-77.tv", "night owl 77 tv"],
    ["münchen.example", "munchen example"],
    ["xn--mnchen-3ya", "xn mnchen 3ya"],
    ["  100%  ", "100"],
    ["%_\\'\"", ""],
    ["ze\u200bro\u00adwidth", "zerowidth"],
    ["🦆 duck", "🦆 duck"],
    ["İstanbul ılık", "istanbul ilik"],
  ])("of %p is %p", async (text, key) => {
    expect(await searchKey(sql, text)).toBe(key);
  });

  test("of a key is the key itself, and has no character that a pattern gives a meaning", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 60 }), async (text) => {
        const key = await searchKey(sql, text.replaceAll("\0", ""));
        expect(await searchKey(sql, key)).toBe(key);
        expect(key).not.toMatch(/[%_\\]|^ | $| {2}/);
      }),
      { numRuns: 200 },
    );
  });
});

// A DELETE would ask every table that refers to users about each of them.
const nobody = async () => void (await sql`TRUNCATE users CASCADE`);

describe("channels", () => {
  beforeEach(nobody);

  test.each([
    ["the login", "ada_lovelace"],
    ["a part of the login", "lovel"],
    ["the display name without accents, in any case", "COUNTESS adele"],
    ["the same with other accents", "àdele"],
    ["one letter that begins a word", "l"],
    ["two letters that begin a word", "co"],
    ["words in another order", "adèle countess"],
    ["more blanks than needed", "  ada   lovelace "],
    ["more than five words, of which the first five count", "ada lovelace countess adele a nowhere"],
  ])("are found by %s", async (_, query) => {
    await make("ada_lovelace", { displayName: "Countess Adèle" });
    await make("bob");
    expect(await found(query)).toEqual(["ada_lovelace"]);
  });

  test.each([
    ["nothing", ""],
    ["wildcards of SQL", "%"],
    ["a wildcard for one character", "_"],
    ["letters between wildcards", "a%e"],
    ["two letters within a word", "vo"],
    ["a part of another word", "lovelaces"],
    ["a word beside one that is nowhere", "ada nowhere"],
    ["a word with a letter too many", "ada_lovelace7"],
    ["a quote", "' OR true --"],
  ])("are not found by %s", async (_, query) => {
    await make("ada_lovelace", { displayName: "Ada" });
    expect(await found(query)).toEqual([]);
  });

  test("of any length are found: a title may unfold to thousands of characters", async () => {
    await make("ada", { title: "\ufdfa".repeat(140), displayName: "x".repeat(50), live: true });
    expect(await found("x".repeat(50))).toEqual(["ada"]);
    expect(await found("\ufdfa")).toEqual(["ada"]);
    expect(await found("y".repeat(100))).toEqual([]);
  });

  test("are found by the title while they are live, also beside a part of the name", async () => {
    await make("ada", { title: "Chess endgames", live: true });
    await make("bob", { title: "Chess openings" });
    expect(await found("chess")).toEqual(["ada"]);
    expect(await found("endgames ada")).toEqual(["ada"]);
    expect(await found("endgames bob")).toEqual([]);
  });

  test("that are suspended, unlisted or of a suspended user are not found; restricted ones are, as in the list", async () => {
    const closed = await make("star_closed", { live: true, title: "star" });
    const gone = await make("star_owner", { live: true, title: "star" });
    await make("star_hidden", { visibility: "unlisted", live: true, title: "star" });
    await make("star_followers", { visibility: "followers" });
    await make("star_password", { visibility: "password" });
    await suspendChannel(sql, closed.id, { reason: "spam", durationMs: 60_000 });
    await suspendUser(sql, gone.userId, { reason: "spam", durationMs: 60_000 });
    const expected = ["star_followers", "star_password"];
    expect((await found("star")).sort()).toEqual(expected);
    for (const login of ["star_closed", "star_owner", "star_hidden"]) expect(await found(login)).toEqual([]);
    const listed = await listedChannels(sql, { live: null, category: null, q: "star", beforeId: null, limit: 10 });
    expect(listed.map(({ login }) => login).sort()).toEqual(expected);
  });

  test("are in order: this name, beginnings, parts, titles; among these live ones, then by followers", async () => {
    await make("someone", { title: "owl", live: true });
    await make("night_owl", { followers: 900 });
    await make("the_owl", { live: true });
    await make("owlery", { followers: 5 });
    await make("owls", { followers: 7 });
    await make("owl");
    await make("bob", { displayName: "Owl", followers: 3 });
    expect(await found("owl")).toEqual(["bob", "owl", "owls", "owlery", "the_owl", "night_owl", "someone"]);
  });

  test("come page by page without one missing or twice", async () => {
    for (let i = 0; i < 23; i++) await make(`owl_${i}`, { followers: i % 4, live: i % 3 === 0 });
    const key = await searchKey(sql, "owl");
    const whole = (await searchedChannels(sql, { key, after: null, limit: 100 })).map(({ login }) => login);
    const paged: string[] = [];
    for (let after: Parameters<typeof searchedChannels>[1]["after"] = null; ; ) {
      const rows = await searchedChannels(sql, { key, after, limit: 5 });
      paged.push(...rows.map(({ login }) => login));
      if (rows.length < 5) break;
      const { place, followers, id } = rows.at(-1)!;
      after = { place, followers, id };
    }
    expect(whole).toHaveLength(23);
    expect(paged).toEqual(whole);
  });

  test("are found by each word of any display name, and by each beginning of one", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", minLength: 1, maxLength: 30 }), fc.nat(), async (text, n) => {
        await sql`DELETE FROM users`;
        const displayName = text.replaceAll("\0", " ");
        await make("zzz", { displayName });
        const words = (await searchKey(sql, displayName)).split(" ").filter(Boolean);
        if (words.length === 0) return;
        const word = words[n % words.length]!;
        const characters = [...word];
        const beginning = characters.slice(0, 1 + (n % characters.length)).join("");
        expect([word, await found(word)]).toEqual([word, ["zzz"]]);
        expect([beginning, await found(beginning)]).toEqual([beginning, ["zzz"]]);
      }),
      { numRuns: 100 },
    );
  });
});

test("10 000 channels: a search reads the indexes, and costs less than half of reading all", async () => {
  for (let i = 0; i < 10_000; i += 500)
    await sql`
      WITH made AS (
        INSERT INTO users (id, login, display_name, email)
        SELECT gen_random_uuid(), 'person_' || i, 'Person ' || md5(i::text), 'p' || i || '@example.org'
        FROM generate_series(${i + 1}::integer, ${i + 500}::integer) i RETURNING id
      ) INSERT INTO channels (id, user_id, title) SELECT gen_random_uuid(), id, 'Stream of ' || md5(id::text) FROM made`;
  await make("moonlight", { displayName: "Moon Light", title: "Moon rise", live: true });
  await sql.unsafe("ANALYZE users; ANALYZE channels; ANALYZE broadcasts");
  const key = await searchKey(sql, "moon rise");
  const searched = () => searchedChannels(sql, { key, after: null, limit: 20 });
  const listed = () => listedChannels(sql, { live: null, category: null, q: "moon rise", beforeId: null, limit: 20 });
  const readAll = () => sql`
    SELECT c.* FROM channels c JOIN users u ON u.id = c.user_id
    WHERE u.login ILIKE '%moon%' OR u.display_name ILIKE '%moon%' OR c.title ILIKE '%moon%' ORDER BY c.id DESC LIMIT 20`;
  const msOf = async (work: () => Promise<unknown>) => {
    const startedNs = Bun.nanoseconds();
    await work();
    return (Bun.nanoseconds() - startedNs) / 1e6;
  };
  const ratios: { searched: number; listed: number }[] = [];
  for (let i = 0; i < 15; i++) {
    const readMs = await msOf(readAll);
    ratios.push({ searched: (await msOf(searched)) / readMs, listed: (await msOf(listed)) / readMs });
  }
  const median = (what: "searched" | "listed") => ratios.map((each) => each[what]).sort((a, b) => a - b)[7]!;
  for (const rows of [await searched(), await listed()]) expect(rows.map(({ login }) => login)).toEqual(["moonlight"]);
  expect(median("searched")).toBeLessThan(0.5);
  expect(median("listed")).toBeLessThan(0.5);
  // A single letter that finds every one of them stays within the statement's time, and finds the exact name first.
  await make("p");
  expect((await found("p"))[0]).toBe("p");
});

describe("categories", () => {
  beforeEach(nobody);

  test("count the channels on air that the list shows, most first, page by page", async () => {
    await make("ada", { live: true, category: "Chess" });
    await make("bob", { live: true, category: "Chess" });
    await make("carl", { live: true, category: "Music" });
    await make("dora", { category: "Art" });
    await make("eve", { live: true, category: "Art", visibility: "unlisted" });
    await make("old", { live: true, category: "words of its own" });
    const first = await listedCategories(sql, { after: null, limit: 2 });
    expect(first).toEqual([
      { slug: "chess", name: "Chess", liveChannels: 2 },
      { slug: "music", name: "Music", liveChannels: 1 },
    ]);
    const rest = await listedCategories(sql, { after: first[1]!, limit: 100 });
    expect(rest.length).toBeGreaterThan(20);
    expect(rest.every(({ liveChannels }) => liveChannels === 0)).toBeTrue();
    expect(rest.map(({ slug }) => slug)).not.toContain("chess");
    expect(await categoryOfSlug(sql, "chess")).toEqual(first[0]!);
    expect(await categoryOfSlug(sql, "nothing")).toBeNull();
  });

  test("are known by name in any case and by slug", async () => {
    for (const word of ["just-chatting", "Just chatting", "JUST CHATTING"])
      expect(await categoryNamed(sql, word)).toBe("Just chatting");
    expect(await categoryNamed(sql, "words of its own")).toBeNull();
  });

  test("are found by words of their names", async () => {
    const names = async (query: string) =>
      (await searchedCategories(sql, { key: await searchKey(sql, query), limit: 10 })).map(({ name }) => name);
    expect(await names("racing cars")).toEqual(["Cars and racing"]);
    expect(await names("che")).toEqual(["Chess"]);
    expect(await names("%")).toEqual([]);
  });
});
