// Which rungs this node encodes for each source: as many as the source, the settings and the node's processors allow.

import { chooseRungs, type LadderSource, type Rung, type X264Preset } from "#transcoding/ladder/rungs.ts";
import { allowedRungs } from "#transcoding/ladder/setting.ts";
import type { LadderSpeed } from "#transcoding/ladder/speed.ts";

interface LadderPlanOptions {
  /** The setting LADDER. */
  ladder: string;
  preset: X264Preset;
}

/** The rungs of one source. */
export interface PlannedLadder {
  /** The best first. */
  rungs: Rung[];
  /** The node has no room for more. */
  short: boolean;
}

/** One for all channels of a node. */
export class LadderPlan {
  readonly #planned = new Map<string, PlannedLadder>();

  constructor(private readonly options: LadderPlanOptions) {}

  /** Chooses the rungs of a source, by its public name. They count until `release`. */
  choose(publicName: string, source: LadderSource): PlannedLadder {
    const { ladder, preset } = this.options;
    const rungs = chooseRungs({ source, allowed: allowedRungs(ladder), preset });
    const planned = { rungs, short: false };
    this.#planned.set(publicName, planned);
    return planned;
  }

  /** The rungs with these names; those that are not planned any more are left out. */
  rungsOf(publicName: string, names: readonly string[]): Rung[] {
    return this.#planned.get(publicName)?.rungs.filter(({ name }) => names.includes(name)) ?? [];
  }

  /** How fast the ladder of a source encodes. */
  measured(_publicName: string, _speed: LadderSpeed) {}

  release(publicName: string) {
    this.#planned.delete(publicName);
  }
}
