// Lists at the size of a large site: a million users with channels, videos, clips, broadcasts, follows, lines, reports and acts. PostgreSQL tells
// what it read for each page of each list, with the values that were asked: no page reads a large part of a large table.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataFolder } from "#ops/up/data-folder.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { type Stores, startStores } from "../support/stores.ts";
import { fillLargeSite, type LargeSite } from "./large-site.ts";
import { LISTS } from "./lists.ts";
import { type PageReads, type PlanReader, readPlans } from "./page-plans.ts";

const ROWS = Number(process.env.MILLION ?? 1_000_000);
/** A page may read this many rows of a table. Tables with fewer are read as a whole by purpose: categories, nodes. */
const READ_MAX = Math.max(20_000, ROWS / 20);

const folder = mkdtempSync(join(tmpdir(), "lists-"));
let stores: Stores;
let stored: TestDatabase;
let site: LargeSite;
let plans: PlanReader;
const told: string[] = [];

beforeAll(async () => {
  stores = await startStores(new DataFolder(folder), console.log, { durable: false });
  process.env.TEST_DATABASE_URL = stores.databaseUrl;
  stored = await testDatabase();
  const beganMs = performance.now();
  site = await fillLargeSite(stored.url, ROWS);
  told.push(`${ROWS} rows of each table in ${Math.round((performance.now() - beganMs) / 1_000)} s`);
  plans = await readPlans(stored.url);
}, 3_600_000);
afterAll(async () => {
  console.log(told.join("\n"));
  await plans?.close();
  // It goes with its server: to drop it takes longer than a statement may.
  await stored?.database.close();
  await stores?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 120_000);

const mostOf = (counts: Record<string, number>) => {
  const [most] = Object.entries(counts).sort(([, a], [, b]) => b - a);
  return most ? `${most[1]} of ${most[0]}` : "none";
};
const tooMany = ({ reads }: PageReads) => Object.entries(reads).filter(([, rows]) => rows > READ_MAX);

test("a table that is read from end to end is told", async () => {
  const page = await plans.read((sql) => sql`SELECT count(*) FROM videos WHERE bytes = 1`);
  expect(tooMany(page).map(([table]) => table)).toEqual(["videos"]);
});

for (const [what, list] of Object.entries(LISTS))
  test(`${what}: a page reads a small part of each table`, async () => {
    const page = await plans.read((sql) => list(sql, site));
    const [most, entries] = [mostOf(page.reads), mostOf(page.entries)];
    told.push(`${what}: ${page.rows.length} rows in ${page.ms} ms, reads ${most}; entries of bitmaps: ${entries}`);
    if (tooMany(page).length > 0) console.log(page.plans.join("\n"));
    expect(tooMany(page)).toEqual([]);
    expect(page.rows.length).toBeGreaterThan(0);
  });
