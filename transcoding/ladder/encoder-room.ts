// A node's encoders: which ladder uses how many cores, and how wrong the expected costs are on this machine.

import { afford, ladderCores } from "./capacity.ts";
import type { Encoder } from "./encoder.ts";
import type { LadderSource, Rung } from "./rungs.ts";

/** Bounds of the correction: a measurement beside another program's load must not close or open the node. */
const CORRECTION_MIN = 0.2;
const CORRECTION_MAX = 5;
/** Weight of the newest measurement. */
const LEARN = 0.1;

interface Claim {
  source: LadderSource;
  rungs: Rung[];
}

export class EncoderRoom {
  /** By broadcast. */
  readonly #claims = new Map<string, Claim & { expectedCores: number }>();
  /** Cores measured for each core expected. */
  #correction = 1;

  constructor(
    readonly budgetCores: number,
    private readonly encoder: Pick<Encoder, "name">,
  ) {}

  get correction() {
    return this.#correction;
  }

  get usedCores() {
    let cores = 0;
    for (const { expectedCores } of this.#claims.values()) cores += expectedCores * this.#correction;
    return cores;
  }

  /** The rungs that there is room for, claimed until `release` or the next claim of the same id. */
  claim(id: string, { source, rungs }: Claim): Rung[] {
    this.#claims.delete(id);
    const freeCores = this.budgetCores - this.usedCores;
    const { encoder } = this;
    const given = afford({ source, rungs, encoder, freeCores, correction: this.#correction });
    if (given.length > 0)
      this.#claims.set(id, { source, rungs: given, expectedCores: ladderCores({ source, rungs: given, encoder }) });
    return given;
  }

  /** A running ladder uses so many cores (see LadderSpeed). Ladders that lag say nothing: they would use more. */
  measured(id: string, cores: number) {
    const claim = this.#claims.get(id);
    if (!claim || claim.expectedCores <= 0 || !(cores > 0)) return;
    const ratio = Math.min(CORRECTION_MAX, Math.max(CORRECTION_MIN, cores / claim.expectedCores));
    this.#correction += (ratio - this.#correction) * LEARN;
  }

  release(id: string) {
    this.#claims.delete(id);
  }
}
