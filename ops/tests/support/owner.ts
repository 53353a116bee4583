// Which node owns a channel, from the row that is the only authority.

import { findRunning } from "#ops/up/running-system.ts";
import { connectDatabase } from "#schema/database.ts";
import type { TestSystem } from "./system.ts";

/** Name of the node: `actor-1`. Throws while the channel has no owner. */
export async function ownerOf(system: Pick<TestSystem, "data">, channelId: string): Promise<string> {
  const database = connectDatabase({
    url: findRunning(system.data).databaseUrl,
    applicationName: "test",
    connectionsMax: 1,
  });
  try {
    const [row] = await database.sql<{ name: string }[]>`
      SELECT n.name FROM actors a JOIN nodes n ON n.incarnation = a.node WHERE a.kind = 'channel' AND a.key = ${channelId}`;
    if (!row) throw new Error(`the channel ${channelId} has no owner`);
    return row.name;
  } finally {
    await database.close();
  }
}
