// Faults between an owner and its stores: hung connections to PostgreSQL or NATS, lost answers, an owner stopped while its statement waits.

import { until } from "#ops/tests/support/until.ts";
import type { Direction, TcpProxy } from "../../support/tcp-proxy.ts";
import type { Scene } from "../scene.ts";

function proxyOf({ stage, owner }: Scene, to: "databaseProxies" | "natsProxies"): TcpProxy {
  const proxy = stage[to].get(owner.node);
  if (!proxy) throw new Error(`${owner.node} has no proxy`);
  return proxy;
}

/** No byte passes and no connection is closed; new connections are accepted and hang too. */
export const blackhole =
  (to: "databaseProxies" | "natsProxies", ms: number) =>
  async (scene: Scene): Promise<string> => {
    const proxy = proxyOf(scene, to);
    const hung = proxy.connections.length;
    const before = proxy.counts.lostBytes;
    proxy.set({ kind: "blackhole" });
    scene.strike();
    await Bun.sleep(ms);
    const lost = proxy.counts.lostBytes - before;
    proxy.set({ kind: "pass" });
    // The hung connections have lost bytes, so they are reset, as after a real outage.
    proxy.reset();
    if (hung === 0 || lost === 0) throw new Error("nothing went through the black hole");
    return `${hung} connections of ${scene.owner.node} hung for ${ms} ms, ${lost} bytes were lost`;
  };

/** Loses the traffic in one direction; the other direction still passes. No connection is closed. */
export const loseDirection =
  (to: "databaseProxies" | "natsProxies", lost: Direction, ms: number) =>
  async (scene: Scene): Promise<string> => {
    const { owner, stage, strike, show } = scene;
    const proxy = proxyOf(scene, to);
    const other = lost === "up" ? "down" : "up";
    const hung = proxy.connections.length;
    const before = structuredClone(proxy.counts.ways);
    const [last] = await stage.sql<{ n: number }[]>`SELECT coalesce(max(n), 0) AS n FROM durable_writes`;
    proxy.set({ kind: "blackhole" }, lost);
    strike();
    await Bun.sleep(ms);
    const lostBytes = proxy.counts.ways[lost].lostBytes - before[lost].lostBytes;
    const touched = proxy.counts.ways[other].lostBytes - before[other].lostBytes;
    const passedBytes = proxy.counts.ways[other].forwardedBytes - before[other].forwardedBytes;
    const landed = await stage.sql`
      SELECT 1 FROM durable_writes
      WHERE n > ${last?.n ?? 0} AND key = ${show.channel.id} AND writer = ${`actor ${owner.incarnation}`}`;
    proxy.set({ kind: "pass" });
    proxy.reset(); // For the same reason as above.
    if (hung === 0 || lostBytes === 0) throw new Error("nothing went through the black hole");
    if (touched > 0) throw new Error(`${touched} bytes were lost in the other direction too`);
    // PostgreSQL only answers; every other peer keeps sending on its own.
    if (passedBytes === 0 && !(to === "databaseProxies" && lost === "up"))
      throw new Error("the other direction was silent");
    if (to === "databaseProxies" && lost === "down" && landed.length === 0)
      throw new Error("no statement lost its answer");
    const [there, back] = [to === "natsProxies" ? "NATS" : "PostgreSQL", owner.node];
    const [from, towards] = lost === "up" ? [back, there] : [there, back];
    return `${hung} connections: for ${ms} ms messages from ${from} to ${towards} were lost (${lostBytes} bytes), in the other direction ${passedBytes} bytes passed; ${landed.length} writes of the old owner landed meanwhile`;
  };

/** The insert of a batch is committed; its answer is lost, then the connection is reset. */
export const loseCommits =
  (times: number) =>
  async (scene: Scene): Promise<string> => {
    const { stage, show, strike } = scene;
    const proxy = proxyOf(scene, "databaseProxies");
    const resetsBefore = proxy.counts.resets;
    let unknown = 0;
    for (let n = 0; n < times; n++) {
      const struck = Promise.withResolvers<{ body: string; cut(): void }>();
      proxy.onBytes = (connection, direction, bytes) => {
        const body = direction === "up" ? /audit \d+\.\d+/.exec(bytes.toString("latin1"))?.[0] : undefined;
        if (!body) return;
        proxy.onBytes = null;
        connection.set({ kind: "blackhole" }, "down");
        if (n === 0) strike();
        struck.resolve({ body, cut: () => connection.reset() });
      };
      const { body, cut } = await struck.promise;
      await until(
        `"${body}" to be committed`,
        async () => {
          const found =
            await stage.sql`SELECT 1 FROM chat_entries WHERE channel_id = ${show.channel.id} AND body = ${body}`;
          return found.length === 1;
        },
        { withinMs: 5_000, everyMs: 5 },
      );
      if (show.room.acknowledged.some((line) => line.body === body))
        throw new Error(`"${body}" was acknowledged although its answer was lost`);
      cut();
      unknown++;
      await until(`"${body}" to be acknowledged`, () => show.room.acknowledged.some((line) => line.body === body), {
        withinMs: 15_000,
      });
    }
    return `${unknown} inserts were committed and their answers lost (${proxy.counts.resets - resetsBefore} connections reset); each was acknowledged later`;
  };

/** The test locks the owner's row so that its save waits, stops the owner, then releases the row. */
export const stopInsideStatement =
  (ms: number) =>
  async ({ stage, show, owner, strike }: Scene): Promise<string> => {
    const { sql, system } = stage;
    const holder = await sql.reserve();
    const pid = system.pidOf(owner.node);
    let waited = "";
    try {
      await holder`SET idle_in_transaction_session_timeout = 0`;
      await holder`BEGIN`;
      await holder`SELECT 1 FROM actors WHERE kind = 'channel' AND key = ${show.channel.id} FOR UPDATE`;
      waited = await until(
        "a statement of the owner to wait for the row",
        async () => {
          const [row] = await sql<{ query: string }[]>`
            SELECT query FROM pg_stat_activity
            WHERE application_name = ${`actor ${owner.incarnation}`} AND wait_event_type = 'Lock' AND query LIKE '%UPDATE actors%'`;
          return row?.query;
        },
        { withinMs: 5_000, everyMs: 10 },
      );
      process.kill(pid, "SIGSTOP");
      strike();
      await Bun.sleep(1_000);
      const still = await sql`
        SELECT 1 FROM pg_stat_activity WHERE application_name = ${`actor ${owner.incarnation}`} AND wait_event_type = 'Lock'`;
      if (still.length === 0) throw new Error("the owner's statement did not outlive its stop");
    } finally {
      await holder`ROLLBACK`;
      holder.release();
    }
    await Bun.sleep(ms);
    process.kill(pid, "SIGCONT");
    return `"${waited.trim().split(/\s+/).slice(0, 2).join(" ")}" of ${owner.node} waited for its row while it was stopped, for ${ms + 1_000} ms in all`;
  };
