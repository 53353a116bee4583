// Faults that end at the worst moment: a node is cut off or paused until another node has taken its actor, and is back at once.

import { type FaultTargets, ownerOf } from "./faults.ts";
import type { SimNode } from "./node.ts";

const DIRECTIONS = ["up", "down", "both"] as const;
/** Without a take-over by then, the node is back all the same. */
const LONGEST_MS = 16_000;
const QUIET_MS = [1_500, 4_000] as const;

const CUTS: ((at: FaultTargets, victim: SimNode) => void)[] = [
  ({ sim }, { link }) => link.cut(sim.pick(DIRECTIONS), LONGEST_MS),
  ({ sim }, { link }) => link.cut(sim.pick(DIRECTIONS), LONGEST_MS),
  ({ sim }, { store }) => store.cut(sim.pick(DIRECTIONS), LONGEST_MS),
  ({ sim }, { link, store }) => {
    link.cut(sim.pick(DIRECTIONS), LONGEST_MS);
    store.cut(sim.pick(DIRECTIONS), LONGEST_MS);
  },
  // The server knows at once that the node is gone, so that it is replaced within two seconds.
  (_, { link, store }) => {
    link.reset();
    link.cut("both", LONGEST_MS);
    store.cut("both", LONGEST_MS);
  },
  (_, victim) => victim.pause(LONGEST_MS),
];

export function planReplacements(
  at: FaultTargets,
  { fromMs, untilMs, keys }: { fromMs: number; untilMs: number; keys: string[] },
) {
  const { sim, database } = at;
  const begin = () => {
    if (sim.nowMs > untilMs - LONGEST_MS / 2) return;
    const key = sim.pick(keys);
    const victim = ownerOf(at, key);
    sim.count("fault: until replaced");
    sim.trace(`${victim.process.name} is away until it is replaced`);
    sim.pick(CUTS)(at, victim);
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      database.onTakeover = () => {};
      victim.mend();
      sim.trace(`${victim.process.name} is back`);
      sim.after(sim.between(...QUIET_MS), begin);
    };
    database.onTakeover = (from, taken) => {
      if (from !== victim.incarnation || taken !== `channel/${key}`) return;
      sim.count("back at the worst moment");
      // The bus is back first, or both are.
      const afterMs = sim.pick([0, 5, 50, 500]);
      if (sim.chance(0.5)) sim.after(afterMs, () => victim.link.mend());
      sim.after(afterMs + sim.pick([0, 0, 1_000, 3_000]), end);
    };
    sim.after(LONGEST_MS, end);
  };
  sim.after(fromMs, begin);
}
