// Which rungs this node encodes for each source: as many as the source, the settings and the node's processors allow. When a ladder lags
// although it was affordable, its lowest rungs go; they come back after a while.

import { withoutLowest } from "#transcoding/ladder/capacity.ts";
import type { Encoder } from "#transcoding/ladder/encoder.ts";
import { EncoderRoom } from "#transcoding/ladder/encoder-room.ts";
import {
  chooseRungs,
  type LadderSource,
  type Rung,
  type RungName,
  type X264Preset,
} from "#transcoding/ladder/rungs.ts";
import { LAG_MAX_MS, NOTHING_SHED, type Shedding, shed } from "#transcoding/ladder/shedding.ts";
import type { LadderSpeed } from "#transcoding/ladder/speed.ts";

/** A ladder that was too large for the node is tried again after this time: another channel may have ended. */
const ROOM_AGAIN_MS = 60_000;

interface LadderPlanOptions {
  /** Empty: nothing is encoded. */
  allowed: readonly RungName[];
  preset: X264Preset;
  encoder: Encoder;
  /** Cores that encoding may use. */
  budgetCores: number;
}

/** The rungs of one source. */
export interface PlannedLadder {
  /** The best first. */
  rungs: Rung[];
  /** The node has no room for more. */
  short: boolean;
}

interface Entry {
  source: LadderSource;
  /** Everything that source and settings allow. */
  wanted: Rung[];
  /** What the node had room for. */
  given: Rung[];
  shedding: Shedding;
  lagMs: number;
  claimedMs: number;
}

/** One for all channels of a node. Times are monotonic ms. */
export class LadderPlan {
  readonly encoder: Encoder;
  readonly #room: EncoderRoom;
  /** By public name. */
  readonly #entries = new Map<string, Entry>();

  constructor(private readonly options: LadderPlanOptions) {
    this.encoder = options.encoder;
    this.#room = new EncoderRoom(options.budgetCores, options.encoder);
  }

  get usedCores() {
    return this.#room.usedCores;
  }

  get budgetCores() {
    return this.options.budgetCores;
  }

  /** The node is short of processor time now: a ladder lags so much that it is about to give up a rung. */
  get lags() {
    return [...this.#entries.values()].some(({ lagMs }) => lagMs > LAG_MAX_MS);
  }

  /** For metrics. */
  get load() {
    const entries = [...this.#entries.values()].map((entry) => ({ ...entry, rungs: planned(entry).rungs.length }));
    return {
      ladders: entries.filter(({ rungs }) => rungs > 0).length,
      lagMaxMs: Math.max(0, ...entries.map(({ lagMs }) => lagMs)),
      rungsMissing: entries.reduce((sum, { wanted, rungs }) => sum + wanted.length - rungs, 0),
      usedCores: this.usedCores,
      budgetCores: this.budgetCores,
    };
  }

  /** Chooses the rungs of a source, by its public name. They count until `release`. */
  choose(publicName: string, source: LadderSource, nowMs: number): PlannedLadder {
    const { allowed, preset } = this.options;
    const wanted = chooseRungs({ source, allowed, preset });
    const given = this.#room.claim(publicName, { source, rungs: wanted });
    const shedding = this.#entries.get(publicName)?.shedding ?? NOTHING_SHED;
    const entry = { source, wanted, given, shedding, lagMs: 0, claimedMs: nowMs };
    this.#entries.set(publicName, entry);
    return planned(entry);
  }

  /** To be called each second. The new plan, when it has changed. */
  look(publicName: string, nowMs: number): PlannedLadder | null {
    const entry = this.#entries.get(publicName);
    if (!entry || entry.wanted.length === 0) return null;
    const before = namesOf(planned(entry).rungs);
    const { given, lagMs } = entry;
    const sheddable = given.length - withoutLowest(given, given.length).length;
    entry.shedding = shed(entry.shedding, { nowMs, lagMs, sheddable });
    if (given.length < entry.wanted.length && nowMs - entry.claimedMs >= ROOM_AGAIN_MS) {
      entry.given = this.#room.claim(publicName, { source: entry.source, rungs: entry.wanted });
      entry.claimedMs = nowMs;
    }
    const after = planned(entry);
    if (namesOf(after.rungs) === before) return null;
    entry.lagMs = 0;
    return after;
  }

  /** How fast the ladder of a source encodes; null: it does not run, or has no output. */
  measured(publicName: string, speed: LadderSpeed | null) {
    const entry = this.#entries.get(publicName);
    if (!entry) return;
    entry.lagMs = speed?.lagMs ?? 0;
    // A ladder that lags would use more cores than it gets.
    if (speed?.cores && speed.lagMs < LAG_TELLS_MS && entry.shedding.level === 0)
      this.#room.measured(publicName, speed.cores);
  }

  /** The rungs with these names; those that are not planned any more are left out. */
  rungsOf(publicName: string, names: readonly string[]): Rung[] {
    return this.#entries.get(publicName)?.wanted.filter(({ name }) => names.includes(name)) ?? [];
  }

  release(publicName: string) {
    this.#entries.delete(publicName);
    this.#room.release(publicName);
  }
}

const LAG_TELLS_MS = 1_000;

function planned({ wanted, given, shedding }: Entry): PlannedLadder {
  const rungs = withoutLowest(given, shedding.level);
  return { rungs, short: rungs.length < wanted.length };
}

const namesOf = (rungs: readonly Rung[]) => rungs.map(({ name }) => name).join();
