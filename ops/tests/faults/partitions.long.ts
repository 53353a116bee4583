// Network partitions: each actor node runs in a network namespace of its own. Needs Linux, root, `ip` and `iptables`. Elsewhere the
// suite is skipped with a reason, or fails when it was requested by name (`npm run test:long -- partitions`).

import { afterAll, beforeAll, test } from "bun:test";
import { makeNetworks, type Networks, namespacesFault } from "#ops/tests/support/namespaces.ts";
import { patient } from "#schema/testing-slowness.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { directPorts, type Guest, startGuest, type Ways } from "./guest-node.ts";
import { FaultTable } from "./rows/fault-table.ts";
import { networkRows, type Plugs } from "./rows/partitions.ts";
import { isWanted, runRow } from "./rows/run-row.ts";
import { skipSuite } from "./skipped-suite.ts";
import { type Stage, setStage } from "./stage.ts";

const NODES = 3;

const fault = namespacesFault();
const table = new FaultTable();
const plugs = new Map<string, Plugs>();
const undo: (() => unknown)[] = [];
let stage: Stage;

/** Services listen on loopback, so relays pass the nodes' connections on unchanged. */
async function relays(networks: Networks): Promise<Ways> {
  const direct = directPorts(stage.system);
  const relay = async (port: number) => {
    const proxy = await TcpProxy.listen({ host: networks.ourAddress, target: () => ({ port }) });
    undo.push(() => proxy.close());
    return proxy.port;
  };
  return {
    host: networks.ourAddress,
    postgres: await relay(direct.postgres),
    nats: await relay(direct.nats),
    redis: await relay(direct.redis),
    rtmp: await relay(direct.rtmp),
    http: await relay(direct.http),
  };
}

beforeAll(async () => {
  if (fault) return;
  const set = await setStage({ actors: 0, edges: 2 });
  stage = set;
  undo.push(() => set.stop());
  const networks = makeNetworks(NODES);
  undo.push(() => networks.remove());
  const ways = await relays(networks);
  const guests: Guest[] = [];
  for (const [index, network] of networks.nodes.entries()) {
    const { address, prefix } = network;
    const guest = await startGuest({ system: set.system, number: index + 1, ways, address, prefix });
    undo.push(() => guest.stop());
    guests.push(guest);
    plugs.set(guest.name, { ...ways, network, origin: guest.internalPort });
  }
  const urlOf = new Map(guests.map(({ name, internalUrl }) => [name, internalUrl]));
  const internalUrl = (name: string) => urlOf.get(name) ?? set.system.internalUrl(name);
  stage = { ...set, actors: guests.map(({ name }) => name), system: { ...set.system, internalUrl } };
});
afterAll(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  table.write();
});

const plugsOf = (node: string) => {
  const found = plugs.get(node);
  if (!found) throw new Error(`${node} has no network of its own`);
  return found;
};

if (fault) skipSuite("partitions", fault);
else
  for (const row of networkRows(plugsOf).filter(({ id }) => isWanted(id)))
    test(`${row.id} ${row.name}`, async () => table.add(row, await runRow(stage, row)), patient(240_000));
