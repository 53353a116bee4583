// The stage of the actor benchmarks: real PostgreSQL and NATS on free ports, a caller in this process, nodes in separate processes.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type NatsConnection } from "nats";
import { DataFolder } from "#ops/up/data-folder.ts";
import { systemClock as clock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { connectDatabase, type Database } from "#schema/database.ts";
import { migrate } from "#schema/migrate.ts";
import { type Helper, mediaLessNode, startHelper } from "../../support/helper-process.ts";
import { startStores } from "../../support/stores.ts";

export interface Stage {
  /** The bare client, for the baseline. */
  nats: NatsConnection;
  bus: Bus;
  caller: Caller;
  database: Database;
  startNode(actor: "counter" | "channel"): Promise<Helper>;
  startEcho(): Promise<Helper>;
  stop(): Promise<void>;
}

export const newKey = () => random.uuid(clock.wallMs());

export async function startStage(): Promise<Stage> {
  const folder = new DataFolder(await mkdtemp(join(tmpdir(), "bench-actors-")));
  const stores = await startStores(folder, console.log);
  const database = connectDatabase({ url: stores.databaseUrl, applicationName: "bench", connectionsMax: 4 });
  await migrate(database);
  const log = createLog({ name: "bench", level: "error" });
  // Same as in our own client: errors created in advance for each request would slow the baseline down.
  const nats = await connect({ servers: stores.natsUrl, name: "bench", noAsyncTraces: true });
  const bus = await connectNats({ url: stores.natsUrl, name: "bench-bus", clock, log });
  const helpers: Helper[] = [];
  let nodes = 0;

  const start = async (file: string, env: Record<string, string>) => {
    const helper = await startHelper(join(import.meta.dir, file), env);
    helpers.push(helper);
    return helper;
  };
  return {
    nats,
    bus,
    caller: createCaller({ bus, clock, random }),
    database,
    startEcho: () => start("echo.ts", { BENCH_NATS_URL: stores.natsUrl }),
    startNode: (actor) => start("node.ts", { ...mediaLessNode(`bench-actor-${++nodes}`, stores), BENCH_ACTOR: actor }),
    async stop() {
      await Promise.all(helpers.map((helper) => helper.kill()));
      await Promise.allSettled([nats.close(), bus.close(), database.close()]);
      await stores.stop();
      await rm(folder.path, { recursive: true, force: true });
    },
  };
}
