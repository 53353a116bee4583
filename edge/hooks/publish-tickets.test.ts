// Hooks of nginx-rtmp that show a publish ticket, with a real database: what a relay publishes.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Caller } from "#runtime/cluster/caller.ts";
import { createPublishTickets } from "../channels/publish-tickets.ts";
import { createLimiter } from "../gateway/limits/limiter.ts";
import { type TestEdge, testEdge } from "../testing.ts";
import { createPublishKeys } from "./publish-keys.ts";
import { hookRoutes } from "./routes.ts";

let edge: TestEdge;
const told: Record<string, unknown>[] = [];
beforeAll(async () => {
  const caller = {
    async call(_kind: string, _key: string, message: Record<string, unknown>) {
      told.push(message);
      return { publicName: "public" };
    },
  } as unknown as Caller;
  edge = await testEdge({ caller });
});
afterAll(() => edge.close());

/** Each with a memory of its own, as edges have. */
function hooksOfAnEdge() {
  const { clock } = edge.world;
  const limiter = createLimiter({ counts: { ask: async () => null }, clock });
  const routes = hookRoutes(edge.world, {
    keys: createPublishKeys(edge.world, { limiter }),
    isOurs: async () => false,
  });
  return async (call: string, name: string, clientId = 1) =>
    (
      await routes.handle(
        new Request(`http://edge/hooks/rtmp/${call}?ingest=main&boot=b`, {
          method: "POST",
          body: `addr=10.0.0.9&clientid=${clientId}&name=${name}&flashver=LNX`,
        }),
      )
    ).status;
}

test("a ticket publishes once, as the program that it was made for, and its end is told by any edge", async () => {
  const { userId } = await edge.register();
  const { sql } = edge.world.database;
  const [row] = await sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${userId}`;
  const tickets = createPublishTickets({ sql, random: edge.world.random });
  const ticket = await tickets.issue({ channelId: row!.id, encoder: "Firefox 153 (WHIP)" });
  const [one, other] = [hooksOfAnEdge(), hooksOfAnEdge()];
  expect(await one("publish", ticket)).toBe(302);
  expect(told.at(-1)).toMatchObject({ type: "publish", encoder: "Firefox 153 (WHIP)", session: { clientId: "1" } });
  // The hook of one session may come twice, through another edge.
  expect(await other("publish", ticket)).toBe(302);
  expect(await other("publish", ticket, 2)).toBe(403);
  told.length = 0;
  expect(await hooksOfAnEdge()("publish_done", ticket)).toBe(204);
  for (let i = 0; i < 100 && told.length === 0; i++) await Bun.sleep(10);
  expect(told).toEqual([{ type: "publishDone", session: { ingest: "main", boot: "b", clientId: "1" } }]);
  expect(await one("publish", `once_${"z".repeat(32)}`, 3)).toBe(403);
});
