// The connections between nodes that tell of the end of a process: its machine closes them, unless the machine itself has died.

import type { WatchPeer } from "#runtime/cluster/peers.ts";
import type { Process, Simulation } from "./simulation.ts";

const CLOSED_MS = [0.2, 3] as const;

interface Watch {
  watcher: Process;
  onEnded(): void;
}

export class SimPeers {
  /** By incarnation, as long as its process runs. */
  readonly #watches = new Map<string, Set<Watch>>();

  constructor(private readonly sim: Simulation) {}

  booted(incarnation: string) {
    this.#watches.set(incarnation, new Set());
  }

  watchOf(watcher: Process): WatchPeer {
    return ({ incarnation }, onEnded) => {
      const watch = { watcher, onEnded };
      const watches = this.#watches.get(incarnation);
      watches?.add(watch);
      return () => void watches?.delete(watch);
    };
  }

  /** The process has ended. `silently`: its machine too. */
  ended(incarnation: string, { silently }: { silently: boolean }) {
    const watches = this.#watches.get(incarnation) ?? new Set();
    this.#watches.delete(incarnation);
    if (silently) return;
    for (const watch of watches)
      this.sim.after(this.sim.between(...CLOSED_MS), () => watches.has(watch) && watch.onEnded(), watch.watcher);
  }
}
