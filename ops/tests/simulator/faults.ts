// What goes wrong in one run: drawn from the seed, over before `untilMs`, so that the cluster must mend itself by then.

import type { SimHub } from "./bus.ts";
import type { Encoder, SimEdge } from "./clients.ts";
import type { SimNode } from "./node.ts";
import type { SimPostgres } from "./postgres.ts";
import type { World } from "./world.ts";

interface FaultWorld {
  world: World;
  hub: SimHub;
  database: SimPostgres;
  nodes: SimNode[];
  edges: SimEdge[];
  encoders: Encoder[];
}

/** `ms`: the most it may last. */
type Fault = (at: FaultWorld, ms: number) => void;

const node = ({ world, nodes }: FaultWorld) => world.pick(nodes);
const direction = ({ world }: FaultWorld) => world.pick(["up", "down", "both"] as const);

/** With how often each is drawn. */
const FAULTS: [weight: number, name: string, fault: Fault][] = [
  [
    5,
    "kill",
    (at, ms) => node(at).kill({ silently: at.world.chance(0.2), rebornMs: Math.min(ms, at.world.between(200, 3_000)) }),
  ],
  [3, "pause", (at, ms) => node(at).pause(Math.min(ms, at.world.between(4_000, 30_000)))],
  [2, "stall", (at, ms) => node(at).pause(Math.min(ms, at.world.between(300, 3_500)))],
  [
    6,
    "stop inside a statement",
    (at, ms) => {
      const victim = node(at);
      const { world, database } = at;
      const kills = world.chance(0.4);
      const pauseMs = Math.min(ms, world.between(1_000, 30_000));
      database.stalls.set(victim.incarnation, {
        ms: world.between(100, 4_900),
        onHold: () => {
          if (kills) victim.kill({ silently: false, rebornMs: Math.min(ms, 1_500) });
          else victim.pause(pauseMs);
        },
      });
      world.after(Math.min(ms, 2_000), () => database.stalls.delete(victim.incarnation));
    },
  ],
  [3, "cut from the bus", (at, ms) => node(at).link.cut(direction(at), Math.min(ms, at.world.between(500, 20_000)))],
  [3, "cut from the store", (at, ms) => node(at).store.cut(direction(at), Math.min(ms, at.world.between(500, 20_000)))],
  [
    2,
    "cut off",
    (at, ms) => {
      const victim = node(at);
      const forMs = Math.min(ms, at.world.between(2_000, 25_000));
      victim.link.cut(direction(at), forMs);
      victim.store.cut(direction(at), forMs);
    },
  ],
  [
    1,
    "edge cut from the bus",
    (at, ms) => at.world.pick(at.edges).link.cut(direction(at), Math.min(ms, at.world.between(500, 20_000))),
  ],
  [
    3,
    "cut off at once, the bus comes back first",
    (at, ms) => {
      const victim = node(at);
      const busMs = Math.min(ms, at.world.between(2_000, 12_000));
      victim.link.breakOff();
      victim.link.cut("both", busMs);
      victim.store.cut("both", Math.min(ms, busMs + at.world.between(0, 15_000)));
    },
  ],
  [2, "link reset", (at) => node(at).link.breakOff()],
  [
    4,
    "slow network",
    (at, ms) => {
      const { link, store } = node(at);
      const slowMs = at.world.pick([50, 300, 2_000, 10_000]);
      if (at.world.chance(0.5)) link.slowMs = slowMs;
      else store.slowMs = slowMs;
      at.world.after(Math.min(Math.max(0, ms - slowMs), at.world.between(1_000, 8_000)), () => {
        link.slowMs = store.slowMs = 0;
      });
    },
  ],
  [
    3,
    "messages lost, doubled and late",
    (at, ms) => {
      at.hub.chaos = { lost: 0.04, doubled: 0.06, late: 0.04 };
      at.world.after(Math.min(ms, at.world.between(3_000, 12_000)), () => {
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
      at.world.after(Math.min(ms, at.world.between(1_000, 8_000)), () => {
        store.faults = { before: 0, after: 0 };
      });
    },
  ],
  [
    2,
    "locks held long",
    (at, ms) => {
      at.database.slow = 0.2;
      at.world.after(Math.min(ms, at.world.between(2_000, 8_000)), () => {
        at.database.slow = 0;
      });
    },
  ],
  [
    2,
    "store away",
    (at, ms) => {
      const { database, world } = at;
      database.away = world.pick(["refuses", "hangs"] as const);
      if (world.chance(0.7)) database.terminateAll();
      world.after(Math.min(ms, world.between(500, 8_000)), () => {
        database.away = null;
      });
    },
  ],
  [1, "bus away", (at, ms) => at.hub.goAway(Math.min(ms, at.world.between(300, 6_000)))],
  [
    1,
    "clock jumps",
    (at) => {
      node(at).process.skewMs += at.world.between(-3_600_000, 3_600_000);
    },
  ],
  [3, "leave", (at) => node(at).leave()],
  [
    2,
    "drain",
    (at, ms) => {
      const { incarnation } = node(at);
      const mark = (draining: boolean) => {
        const peer = at.database.peers.get(incarnation);
        if (peer) peer.draining = draining;
      };
      mark(true);
      at.world.after(Math.min(ms, at.world.between(1_000, 10_000)), () => mark(false));
    },
  ],
  [2, "encoder cut off", (at) => at.world.pick(at.encoders).drop()],
];

const DRAWN = FAULTS.flatMap((fault) => Array.from({ length: fault[0] }, () => fault));

/** Plans `count` faults between `fromMs` and `untilMs`; none lasts longer. */
export function planFaults(
  at: FaultWorld,
  { count, fromMs, untilMs }: { count: number; fromMs: number; untilMs: number },
) {
  const { world } = at;
  for (let i = 0; i < count; i++) {
    const startMs = world.between(fromMs, untilMs - 1_000);
    const [, name, fault] = world.pick(DRAWN);
    world.after(startMs, () => {
      world.count(`fault: ${name}`);
      world.trace(`fault: ${name}`);
      fault(at, untilMs - world.nowMs);
    });
  }
}
