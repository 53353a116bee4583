// A rough network between a browser and an edge: 5 Mbit/s, 60 ms there and back, and the pauses of 1 % loss. Needs root (Linux).

import { makeNetworks } from "#ops/tests/support/namespaces.ts";
import { TcpProxy } from "#ops/tests/support/tcp-proxy.ts";

const KBPS = 5_000;
const ONE_WAY_MS = 30;
/** A lost packet at the end of a burst costs a retransmission timeout; within a burst about a round trip. */
const PAUSES_MS = [70, 70, 220];
/** At 5 Mbit/s 1 % of the packets is about four a second, most of which are repaired by the next ones without a pause. */
const PAUSE_EVERY_MS = 1_300;

export interface RoughLink {
  /** Origin of the edge as the browser sees it. */
  origin: string;
  /** Prefix that runs the browser behind the link. */
  prefix: string[];
  stop(): Promise<void>;
}

export async function makeRoughLink({ edgePort }: { edgePort: number }): Promise<RoughLink> {
  const networks = makeNetworks(1);
  const [node] = networks.nodes;
  node!.limit(KBPS);
  const proxy = await TcpProxy.listen({ host: networks.ourAddress, target: () => ({ port: edgePort }) });
  proxy.set({ kind: "delay", ms: ONE_WAY_MS });
  let stopped = false;
  const pausing = (async () => {
    for (let n = 0; !stopped; n++) {
      await Bun.sleep(PAUSE_EVERY_MS);
      proxy.set({ kind: "freeze" }, "down");
      await Bun.sleep(PAUSES_MS[n % PAUSES_MS.length]!);
      proxy.set({ kind: "delay", ms: ONE_WAY_MS }, "down");
    }
  })();
  return {
    origin: `http://${networks.ourAddress}:${proxy.port}`,
    prefix: node!.prefix,
    async stop() {
      stopped = true;
      await pausing;
      await proxy.close();
      networks.remove();
    },
  };
}
