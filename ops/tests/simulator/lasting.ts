// One fault that never heals, on the node that owns the channel: every actor must answer all the same within ANSWER_WITHIN_MS (I7).

import type { SimEdge } from "./clients.ts";
import { say } from "./clients.ts";
import { ownerOf } from "./faults.ts";
import type { SimNode } from "./node.ts";
import type { SimPostgres } from "./postgres.ts";
import type { Simulation } from "./simulation.ts";

/** From the fault on, if the node goes on answering pings: it is dead after SILENT_MS (10 s); the rest is for its successor and for the caller's
 *  next try. */
export const ANSWER_WITHIN_MS = 12_000;
/** From the fault on, if no ping is answered: it is dead after MUTE_MS (1.5 s) and two pings. */
const ANSWER_SOON_MS = 5_000;
/** Long after the end of the run. */
const EVER_MS = 10_000_000;

const DIRECTIONS = ["up", "down", "both"] as const;

const LASTING: [name: string, fault: (victim: SimNode, sim: Simulation) => void, withinMs: number][] = [
  ["cut from the bus", ({ link }, sim) => link.cut(sim.pick(DIRECTIONS), EVER_MS), ANSWER_SOON_MS],
  ["cut from the store", ({ store }, sim) => store.cut(sim.pick(DIRECTIONS), EVER_MS), ANSWER_WITHIN_MS],
  [
    "cut off",
    ({ link, store }, sim) => {
      link.cut(sim.pick(DIRECTIONS), EVER_MS);
      store.cut(sim.pick(DIRECTIONS), EVER_MS);
    },
    ANSWER_SOON_MS,
  ],
  ["paused", (victim) => victim.pause(EVER_MS), ANSWER_SOON_MS],
  ["killed", (victim) => victim.kill({ silently: false, restartMs: EVER_MS }), ANSWER_SOON_MS],
  ["killed silently", (victim) => victim.kill({ silently: true, restartMs: EVER_MS }), ANSWER_SOON_MS],
  // It goes silent by itself, but only when its last confirmation has become too old.
  ["cannot confirm", ({ store }) => store.failing.add("ownedBy"), ANSWER_WITHIN_MS + 4_000],
];

interface LastingOptions {
  sim: Simulation;
  database: SimPostgres;
  nodes: SimNode[];
  edges: SimEdge[];
  channel: string;
  counters: string[];
  atMs: number;
}

export function planLasting({ sim, database, nodes, edges, channel, counters, atMs }: LastingOptions) {
  sim.after(atMs, () => {
    const victim = ownerOf({ sim, database, nodes }, channel);
    const [name, fault, withinMs] = sim.pick(LASTING);
    sim.count(`lasting fault: ${name}`);
    sim.trace(`lasting fault: ${name}`);
    fault(victim, sim);
    const answered = (what: string) => (answer: unknown) => {
      const tookMs = sim.nowMs - atMs;
      sim.trace(`${what} answered after ${Math.round(tookMs)}`);
      if (answer === null) sim.violation(`I7: ${what} was not answered within ${withinMs} ms of: ${name}`);
      else sim.worst(`longest answer in ms, ${name}`, tookMs);
    };
    const untilMs = atMs + withinMs;
    for (const edge of edges) {
      for (const key of counters)
        void edge.callUntil(key, { type: "get" }, `lasting-${edge.name}-${key}`, untilMs).then(answered(key));
      void say({ edge, key: channel, name: `l-${edge.name}`, nonce: "lasting", byMs: untilMs }).then(
        answered("a line of chat"),
      );
    }
  });
}
