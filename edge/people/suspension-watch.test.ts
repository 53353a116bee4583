import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { deleteUser } from "#schema/queries/accounts/account.ts";
import { restoreUser, suspendChannel, suspendUser } from "#schema/queries/people/suspensions.ts";
import { type TestUser, testEdge } from "../testing.ts";
import { watchClosedChannels } from "./suspension-watch.ts";

const log = createLog({ name: "test", level: "silent" });

test("a suspended or deleted channel, or one with a suspended owner, is passed on within 2 s, until the suspension is lifted", async () => {
  const edge = await testEdge();
  const { sql } = edge.world.database;
  const users = ["ada", "bob", "cyd", "dan"].map((login) => edge.register(login));
  const [ada, bob, cyd, dan] = (await Promise.all(users)) as [TestUser, TestUser, TestUser, TestUser];
  const channelOf = async ({ userId }: { userId: string }) =>
    (await sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${userId}`)[0]!.id;
  const suspension = { reason: "x", durationMs: null };
  await suspendUser(sql, ada.userId, suspension);
  await suspendChannel(sql, await channelOf(bob), suspension);
  await suspendUser(sql, cyd.userId, suspension);
  await restoreUser(sql, cyd.userId);
  const gone = await channelOf(dan);
  await deleteUser(sql, { userId: dan.userId, holdMs: 1 });
  const clock = new ManualClock();
  const closed: string[] = [];
  const told = Promise.withResolvers<void>();
  const stop = watchClosedChannels({
    sql,
    clock,
    log,
    onClosed: (id) => {
      if (closed.push(id) === 3) told.resolve();
    },
  });
  clock.advance(1_999);
  expect(closed).toEqual([]);
  clock.advance(1);
  await told.promise;
  expect(closed.sort()).toEqual([await channelOf(ada), await channelOf(bob), gone].sort());
  stop();
  await edge.close();
});
