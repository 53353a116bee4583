// An exact schedule that shows one rule at work: no random schedule has shown what happens without it.

import type { Checks } from "../checks.ts";
import type { FaultTargets } from "../faults.ts";
import type { SimNode } from "../node.ts";

export interface DrillTargets extends FaultTargets {
  checks: Checks;
  channel: string;
  /** A counter that is always awake, to which clients write. */
  counter: string;
  answerByMs: number;
}

export interface Drill {
  /** The schedule is over by then. */
  untilMs: number;
  plan(at: DrillTargets): void;
}

/** Calls `then` once, when another node has claimed this actor from the victim. */
export function whenTaken({ sim, database }: DrillTargets, victim: SimNode, key: string, then: () => void) {
  const { incarnation } = victim;
  database.onTakeover = (from, taken) => {
    if (from !== incarnation || taken !== `channel/${key}`) return;
    database.onTakeover = () => {};
    sim.trace(`${key} was taken from ${victim.process.name}`);
    sim.count("drill: taken over");
    sim.after(0, then);
  };
}
