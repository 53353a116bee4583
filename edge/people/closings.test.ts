import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/clock.ts";
import { createLog } from "#runtime/log.ts";
import { restoreUser, suspendChannel, suspendUser } from "#schema/queries/suspensions.ts";
import { testEdge } from "../testing.ts";
import { watchClosings } from "./closings.ts";

const log = createLog({ name: "test", level: "silent" });

test("a channel is told of when it or its owner is suspended, within 2 s, and not once that is lifted", async () => {
  const edge = await testEdge();
  const { sql } = edge.world.database;
  const [ada, bob, cyd] = [await edge.register("ada"), await edge.register("bob"), await edge.register("cyd")];
  const channelOf = async ({ userId }: { userId: string }) =>
    (await sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${userId}`)[0]!.id;
  const suspension = { reason: "x", durationMs: null };
  await suspendUser(sql, ada.userId, suspension);
  await suspendChannel(sql, await channelOf(bob), suspension);
  await suspendUser(sql, cyd.userId, suspension);
  await restoreUser(sql, cyd.userId);
  const clock = new ManualClock();
  const closed: string[] = [];
  const told = Promise.withResolvers<void>();
  const stop = watchClosings({
    sql,
    clock,
    log,
    closed: (id) => {
      if (closed.push(id) === 2) told.resolve();
    },
  });
  clock.advance(1_999);
  expect(closed).toEqual([]);
  clock.advance(1);
  await told.promise;
  expect(closed.sort()).toEqual([await channelOf(ada), await channelOf(bob)].sort());
  stop();
  await edge.close();
});
