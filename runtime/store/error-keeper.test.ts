import { afterAll, beforeAll, expect, test } from "bun:test";
import { newestErrors } from "#schema/queries/operator/error-groups.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { systemClock } from "../base/clock.ts";
import { ErrorGroups } from "../base/error-groups.ts";
import { createLog } from "../base/log.ts";
import { ErrorKeeper } from "./error-keeper.ts";

const log = createLog({ name: "test", level: "silent" });
let made: TestDatabase;
beforeAll(async () => {
  made = await testDatabase();
});
afterAll(() => made.drop());

const keeperOf = (node: string) => {
  const groups = new ErrorGroups(systemClock);
  return { groups, keeper: new ErrorKeeper({ sql: made.database.sql, clock: systemClock, log, groups, node }) };
};
const kept = () => newestErrors(made.database.sql, { before: null, limit: 10 });

test("errors of two processes that say one thing are one group; what was not written waits", async () => {
  const [one, two] = [keeperOf("edge-1"), keeperOf("edge-2")];
  for (const { groups } of [one, two, one])
    groups.note("error", [{ reason: "Error: a\0b \ud800" }, "chat socket broke"]);
  one.groups.note("fatal", [{ reason: "RangeError: deep" }, "edge broke"]);
  await one.keeper.stop();
  await two.keeper.stop();
  const rows = await kept();
  expect(rows.map(({ message, count, node, level }) => [message, count, node, level]).sort()).toEqual([
    ["chat socket broke", 3, "edge-2", "error"],
    ["edge broke", 1, "edge-1", "fatal"],
  ]);
  expect(rows.find(({ level }) => level === "error")?.reason).toBe("Error: ab \ufffd");
});

test("pages go on where the last one ended", async () => {
  const [first] = await kept();
  const next = await newestErrors(made.database.sql, { before: first!, limit: 10 });
  expect(next.map(({ fingerprint }) => fingerprint)).not.toContain(first!.fingerprint);
  expect(next).toHaveLength((await kept()).length - 1);
});

test("a database that is away loses nothing", async () => {
  const groups = new ErrorGroups(systemClock);
  const away = await testDatabase();
  await away.drop();
  const keeper = new ErrorKeeper({ sql: away.database.sql, clock: systemClock, log, groups, node: "edge-1" });
  groups.note("error", ["broke"]);
  await keeper.stop();
  expect(groups.take()).toMatchObject([{ message: "broke", count: 1 }]);
});
