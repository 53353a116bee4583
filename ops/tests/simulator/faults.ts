// The faults of one run, drawn from the seed. All end by `untilMs`, after which the cluster must recover.

import type { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { SimHub } from "./bus.ts";
import type { Encoder, SimEdge } from "./clients.ts";
import type { SimIngest } from "./media.ts";
import type { SimNode } from "./node.ts";
import type { SimPostgres } from "./postgres.ts";
import type { Simulation } from "./simulation.ts";

export interface FaultTargets {
  sim: Simulation;
  hub: SimHub;
  database: SimPostgres;
  ingest: SimIngest;
  objects: MemoryObjects;
  nodes: SimNode[];
  edges: SimEdge[];
  encoders: Encoder[];
}

/** `ms`: longest time that the fault may last. */
type Fault = (at: FaultTargets, ms: number) => void;

/** The node that owns the actor, or any node. */
export function ownerOf(
  { sim, database, nodes }: Pick<FaultTargets, "sim" | "database" | "nodes">,
  key: string,
): SimNode {
  const owner = database.rows.get(`channel/${key}`)?.node;
  return nodes.find(({ incarnation }) => incarnation === owner) ?? sim.pick(nodes);
}

const node = ({ sim, nodes }: FaultTargets) => sim.pick(nodes);
const direction = ({ sim }: FaultTargets) => sim.pick(["up", "down", "both"] as const);

/** Faults with the weight by which each is drawn. */
const FAULTS: [weight: number, name: string, fault: Fault][] = [
  [
    5,
    "kill",
    (at, ms) => node(at).kill({ silently: at.sim.chance(0.2), restartMs: Math.min(ms, at.sim.between(200, 3_000)) }),
  ],
  [3, "pause", (at, ms) => node(at).pause(Math.min(ms, at.sim.between(4_000, 30_000)))],
  [2, "stall", (at, ms) => node(at).pause(Math.min(ms, at.sim.between(300, 3_500)))],
  [
    6,
    "stop inside a statement",
    (at, ms) => {
      const victim = node(at);
      const { sim, database } = at;
      const kills = sim.chance(0.4);
      const pauseMs = Math.min(ms, sim.between(1_000, 30_000));
      database.stalls.set(victim.incarnation, {
        ms: sim.between(100, 4_900),
        onHold: () => {
          if (kills) victim.kill({ silently: false, restartMs: Math.min(ms, 1_500) });
          else victim.pause(pauseMs);
        },
      });
      sim.after(Math.min(ms, 2_000), () => database.stalls.delete(victim.incarnation));
    },
  ],
  [3, "cut from the bus", (at, ms) => node(at).link.cut(direction(at), Math.min(ms, at.sim.between(500, 20_000)))],
  [3, "cut from the store", (at, ms) => node(at).store.cut(direction(at), Math.min(ms, at.sim.between(500, 20_000)))],
  [
    2,
    "cut off",
    (at, ms) => {
      const victim = node(at);
      const forMs = Math.min(ms, at.sim.between(2_000, 25_000));
      victim.link.cut(direction(at), forMs);
      victim.store.cut(direction(at), forMs);
    },
  ],
  [
    1,
    "edge cut from the bus",
    (at, ms) => at.sim.pick(at.edges).link.cut(direction(at), Math.min(ms, at.sim.between(500, 20_000))),
  ],
  [
    2,
    "cut off together with an edge",
    (at, ms) => {
      const victim = node(at);
      const forMs = Math.min(ms, at.sim.between(8_000, 25_000));
      victim.link.cut("both", forMs);
      victim.store.cut("both", forMs);
      at.sim.pick(at.edges).link.cut("both", forMs);
    },
  ],
  [
    3,
    "cut off at once, the bus comes back first",
    (at, ms) => {
      const victim = node(at);
      const busMs = Math.min(ms, at.sim.between(2_000, 12_000));
      victim.link.reset();
      victim.link.cut("both", busMs);
      victim.store.cut("both", Math.min(ms, busMs + at.sim.between(0, 15_000)));
    },
  ],
  [2, "link reset", (at) => node(at).link.reset()],
  [
    4,
    "slow network",
    (at, ms) => {
      const { link, store } = node(at);
      const slowMs = at.sim.pick([50, 300, 2_000, 10_000]);
      if (at.sim.chance(0.5)) link.slowMs = slowMs;
      else store.slowMs = slowMs;
      at.sim.after(Math.min(Math.max(0, ms - slowMs), at.sim.between(1_000, 8_000)), () => {
        link.slowMs = store.slowMs = 0;
      });
    },
  ],
  [
    3,
    "messages lost, doubled and late",
    (at, ms) => {
      at.hub.chaos = { lost: 0.04, doubled: 0.06, late: 0.04 };
      at.sim.after(Math.min(ms, at.sim.between(3_000, 12_000)), () => {
        at.hub.chaos = { lost: 0, doubled: 0, late: 0 };
      });
    },
  ],
  [
    4,
    "statements fail, before or after",
    (at, ms) => {
      const { store } = node(at);
      store.faults = { before: 0.1, after: 0.25 };
      at.sim.after(Math.min(ms, at.sim.between(1_000, 8_000)), () => {
        store.faults = { before: 0, after: 0 };
      });
    },
  ],
  [
    2,
    "locks held long",
    (at, ms) => {
      at.database.slow = 0.2;
      at.sim.after(Math.min(ms, at.sim.between(2_000, 8_000)), () => {
        at.database.slow = 0;
      });
    },
  ],
  [
    2,
    "store away",
    (at, ms) => {
      const { database, sim } = at;
      database.away = sim.pick(["refuses", "hangs"] as const);
      if (sim.chance(0.7)) database.terminateAll();
      sim.after(Math.min(ms, sim.between(500, 14_000)), () => {
        database.away = null;
      });
    },
  ],
  [
    2,
    "object store away, before or after",
    (at, ms) => {
      const how = at.sim.pick(["before", "after"] as const);
      at.objects.fault = () => how;
      at.sim.after(Math.min(ms, at.sim.between(1_000, 20_000)), () => {
        at.objects.fault = () => undefined;
      });
    },
  ],
  [1, "bus away", (at, ms) => at.hub.outage(Math.min(ms, at.sim.between(300, 13_000)))],
  [
    1,
    "clock jumps",
    (at) => {
      node(at).process.skewMs += at.sim.between(-3_600_000, 3_600_000);
    },
  ],
  [3, "leave", (at) => node(at).leave()],
  [
    2,
    "drain",
    (at, ms) => {
      const { incarnation } = node(at);
      const mark = (draining: boolean) => {
        const node = at.database.nodes.get(incarnation);
        if (node) node.draining = draining;
      };
      mark(true);
      at.sim.after(Math.min(ms, at.sim.between(1_000, 10_000)), () => mark(false));
    },
  ],
  [3, "encoder cut off", (at) => at.sim.pick(at.encoders).drop()],
  [1, "pulls cut", (at) => at.ingest.cutPulls()],
  [1, "nginx restarts", (at) => at.ingest.restart()],
];

type Weighted = (typeof FAULTS)[number];

const drawn = (faults: Weighted[]) => faults.flatMap((fault) => Array.from({ length: fault[0] }, () => fault));
const DRAWN = drawn(FAULTS);
const HAND_OVERS = drawn(FAULTS.filter(([, name]) => name === "leave" || name === "drain"));

/** Plans `count` faults between `fromMs` and `untilMs`; none lasts beyond `untilMs`. */
export function planFaults(
  at: FaultTargets,
  {
    count,
    fromMs,
    untilMs,
    handOvers = false,
  }: { count: number; fromMs: number; untilMs: number; handOvers?: boolean },
) {
  const { sim } = at;
  const faults = handOvers ? HAND_OVERS : DRAWN;
  for (let i = 0; i < count; i++) {
    const startMs = sim.between(fromMs, untilMs - 1_000);
    const [, name, fault] = sim.pick(faults);
    sim.after(startMs, () => {
      sim.count(`fault: ${name}`);
      sim.trace(`fault: ${name}`);
      fault(at, untilMs - sim.nowMs);
    });
  }
}
