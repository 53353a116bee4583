// Errors of PostgreSQL itself, as problems.

import { afterAll, expect, test } from "bun:test";
import { connectDatabase } from "#schema/database.ts";
import { problemHeaders, statusOf, troubleOf } from "./problem-details.ts";

const { sql, close } = connectDatabase({
  url: process.env.TEST_DATABASE_URL ?? "",
  applicationName: "problems",
  connectionsMax: 1,
});
afterAll(close);

const raised = (sqlState: string) =>
  sql.unsafe(`DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${sqlState}'; END $$`).catch((error: unknown) => error);

test("a database that is full, read-only, shutting down or timed out is unavailable, with Retry-After", async () => {
  for (const sqlState of ["53100", "53300", "25006", "57P01", "57014", "58030", "40P01"]) {
    const trouble = troubleOf(await raised(sqlState));
    expect([sqlState, trouble.code, statusOf(trouble)]).toEqual([sqlState, "unavailable", 503]);
    expect(problemHeaders(trouble)["retry-after"]).toBe("1");
  }
});

test("a value that the database refuses is the asker's fault, and any other error is our bug", async () => {
  expect(troubleOf(await raised("22P02"))).toMatchObject({ code: "invalid_value", bug: false });
  expect(troubleOf(await raised("42703"))).toEqual({ code: "internal", bug: true });
});
