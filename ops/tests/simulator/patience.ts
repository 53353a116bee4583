// Faults after which no node may be replaced (design §3, Liveness): outages of a store or the bus for all, however long, and short ones of a node.

import type { FaultTargets } from "./faults.ts";

const FAULTS: [name: string, fault: (at: FaultTargets, ms: number) => void][] = [
  [
    "store away for all",
    ({ sim, database }, ms) => {
      database.away = sim.pick(["refuses", "hangs"] as const);
      if (sim.chance(0.7)) database.terminateAll();
      sim.after(ms, () => {
        database.away = null;
      });
    },
  ],
  ["bus away for all", ({ hub }, ms) => hub.outage(ms)],
  ["one link reset", ({ sim, nodes }) => sim.pick(nodes).link.reset()],
  ["one node stalls", ({ sim, nodes }) => sim.pick(nodes).pause(sim.between(300, 1_000))],
  [
    "most nodes stall", // Who sees most others silent doubts itself, up to SILENT_MS.
    ({ sim, nodes }) => {
      const runs = sim.pick(nodes);
      const ms = sim.between(300, 4_000);
      for (const node of nodes) if (node !== runs) node.pause(ms);
    },
  ],
  [
    "one node cut from the store, shortly",
    ({ sim, nodes }) => sim.pick(nodes).store.cut(sim.pick(["up", "down", "both"]), sim.between(300, 4_000)),
  ],
];
/** Longer than SILENT_MS, half of the time. */
const OUTAGE_MS = [500, 18_000] as const;
/** A node may be replaced by mistake up to this long after the outage. */
const AFTERMATH_MS = 12_000;

/** Plans one fault that is over by `untilMs`. A take-over from then on is a violation. */
export function planPatience(at: FaultTargets, { untilMs }: { untilMs: number }) {
  const { sim, database } = at;
  const [name, fault] = sim.pick(FAULTS);
  const startMs = Math.max(2_000, untilMs - sim.between(...OUTAGE_MS));
  const ms = untilMs - startMs;
  sim.after(startMs, () => {
    sim.count(`patience: ${name}`);
    sim.trace(`patience: ${name} ${Math.round(ms)}`);
    database.onTakeover = (from) => sim.violation(`node ${from.slice(-4)} was replaced although it lives: ${name}`);
    fault(at, ms);
    sim.after(ms + AFTERMATH_MS, () => {
      database.onTakeover = () => {};
    });
  });
}
