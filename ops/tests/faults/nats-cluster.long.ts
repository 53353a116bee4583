// A server of a three-server NATS cluster is killed: its clients reconnect to another server, and no actor is taken over.
// TEST_SLOWNESS=2 doubles the time limits on a busy machine.

import { afterAll, beforeAll, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "#ops/tests/support/until.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { patient, SLOWNESS } from "#schema/testing-slowness.ts";
import { NatsCluster } from "./injections/nats-cluster.ts";
import type { FaultRow } from "./rows/fault-row.ts";
import { isWanted, runRow } from "./rows/run-row.ts";
import type { Scene } from "./scene.ts";
import { type Stage, setStage } from "./stage.ts";
import { type Census, nothingWasReplaced, takeCensus } from "./watch/census.ts";

const ACTORS = 3;
const EDGES = 2;
const RECONNECTED_WITHIN_MS = 1_000;
/** Pause between the return of a server and the kill of the next. */
const CALM_MS = 4_000;
/** No actor may be taken over for this long afterwards. */
const WATCH_MS = 13_000;

const folder = mkdtempSync(join(tmpdir(), "nats-cluster-"));
const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
let cluster: NatsCluster;
let stage: Stage;

beforeAll(async () => {
  cluster = await NatsCluster.start({ folder });
  undo.push(() => cluster.stop());
  const nodes = [...numbered("ACTOR", ACTORS), ...numbered("EDGE", EDGES)];
  const env = Object.fromEntries(nodes.map((node) => [`${node}_NATS_URL`, cluster.url]));
  const set = await setStage({ actors: ACTORS, edges: EDGES, env });
  undo.push(() => set.stop());
  const log = createLog({ name: "faults", level: "silent" });
  const bus = await connectNats({ url: cluster.url, name: "faults", clock: systemClock, log });
  undo.push(() => bus.close());
  stage = { ...set, caller: createCaller({ bus, clock: systemClock, random: systemRandom }) };
});
afterAll(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

const numbered = (kind: string, count: number) => Array.from({ length: count }, (_, index) => `${kind}_${index + 1}`);

function row(row: Pick<FaultRow, "id" | "name" | "inject" | "limits">): FaultRow {
  let census: Census;
  return {
    ...row,
    takenOver: false,
    socketsStay: true,
    async inject(scene) {
      census = await takeCensus(scene.stage);
      return row.inject(scene);
    },
    async after(scene) {
      await Bun.sleep(WATCH_MS);
      return nothingWasReplaced(scene.stage, census);
    },
  };
}

/** Kills the server of a client, and restarts it once all its clients are at other servers. Resolves with the time that the client needed. */
async function killServerOf(client: string, struck: () => void = () => {}): Promise<string> {
  const index = await until(
    `${client} to be connected`,
    async () => ((await cluster.serverOf(client)) ?? -1) + 1 || null,
  );
  const server = index - 1;
  const clients = (await cluster.clients())[server]!;
  await cluster.kill(server);
  struck();
  const startMs = performance.now();
  let tookMs = 0;
  for (const name of [client, ...clients]) {
    await until(`${name} to be at another server`, () => cluster.serverOf(name).then((at) => at !== null), {
      withinMs: 20_000,
      everyMs: 10,
    });
    if (name === client) tookMs = Math.round(performance.now() - startMs);
  }
  const allMs = Math.round(performance.now() - startMs);
  await cluster.run(server);
  if (allMs > RECONNECTED_WITHIN_MS * SLOWNESS) throw new Error(`the last client reconnected only after ${allMs} ms`);
  return `nats-${server + 1} killed with ${clients.length} clients (${clients.join(", ")}); ${client} reconnected after ${tookMs} ms, all after ${allMs} ms`;
}

const rows = [
  row({
    id: "F-06k",
    name: "the NATS server to which the owner is connected is killed, two others stay",
    limits: { callMs: 1_500, lineMs: 2_000, stillMs: 3_000, silentMs: 2_500 },
    inject: ({ owner, strike }) => killServerOf(owner.node, strike),
  }),
  row({
    id: "F-06l",
    name: "the NATS server to which an edge is connected is killed, two others stay",
    limits: { callMs: 1_500, lineMs: 2_000, stillMs: 3_000, silentMs: 2_500 },
    inject: ({ stage: { edges }, strike }) => killServerOf(`edge ${edges[0]}`, strike),
  }),
  row({
    id: "F-06m",
    name: "all three NATS servers are killed and started again, one after the other",
    limits: { callMs: 1_500, lineMs: 2_000, stillMs: 3_000, silentMs: 2_500 },
    async inject({ strike }: Scene) {
      const summaries: string[] = [];
      for (let server = 0; server < cluster.size; server++) {
        const [client] = (await cluster.clients())[server]!;
        // A server that has just come back may have no clients; it is killed anyway.
        if (client) summaries.push(await killServerOf(client, server === 0 ? strike : undefined));
        else {
          await cluster.kill(server);
          if (server === 0) strike();
          await cluster.run(server);
          summaries.push(`nats-${server + 1} killed without clients`);
        }
        await Bun.sleep(CALM_MS);
      }
      return summaries.join("; ");
    },
  }),
];

for (const each of rows.filter(({ id }) => isWanted(id)))
  test(`${each.id} ${each.name}`, async () => void (await runRow(stage, each)), patient(240_000));
