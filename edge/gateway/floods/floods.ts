// The door for people who are not signed in, while this edge is flooded: some are refused, others must prove work.

import { Refusal } from "#runtime/actor/actor.ts";
import type { LoopLag } from "#runtime/base/loop-lag.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { Proof } from "#schema/wire/proof.ts";
import type { KeyRing } from "../../identity/tokens/key-ring.ts";
import type { EdgeWorld } from "../../world.ts";
import type { Counts } from "../limits/counts.ts";
import { DetailedRefusal } from "../problems/detailed.ts";
import { limitKey } from "../requests/client-address.ts";
import { ChallengeMode } from "./challenge-mode.ts";
import { type Challenge, Challenges } from "./challenges.ts";
import { Shedding } from "./shedding.ts";

const challenges = new Counter({
  name: "challenges_total",
  help: "Proofs of work of people who are not signed in, by kind (`chat`, `playback`) and outcome: `asked`, `passed`, `failed`",
  labelNames: ["kind", "outcome"],
});

/** Who asks for what. */
interface Beginner {
  kind: "chat" | "playback";
  channelId: string;
  /** Of the client. */
  address: string;
}

interface FloodParts {
  lag: Pick<LoopLag, "lagMs">;
  keys: Pick<KeyRing, "all">;
  counts: Counts;
}

export class Floods {
  readonly shedding: Shedding;
  readonly #mode: ChallengeMode;
  readonly #challenges: Challenges;

  constructor(world: Pick<EdgeWorld, "config" | "clock" | "random">, { lag, keys, counts }: FloodParts) {
    const { clock, random, config } = world;
    this.shedding = new Shedding(lag, config.shedLagMs);
    this.#mode = new ChallengeMode({ config: config.challenge, clock, lag });
    this.#challenges = new Challenges({ keys, clock, random, counts });
  }

  /** Null: the beginner may come in as they are. */
  challenge(beginner: Beginner): Challenge | null {
    const bits = this.#mode.begins();
    if (bits === 0) return null;
    challenges.inc({ kind: beginner.kind, outcome: "asked" });
    return this.#challenges.issue(scopeOf(beginner), bits);
  }

  async accepts(beginner: Beginner, proof: Proof): Promise<boolean> {
    const isGood = await this.#challenges.accept(scopeOf(beginner), proof);
    challenges.inc({ kind: beginner.kind, outcome: isGood ? "passed" : "failed" });
    return isGood;
  }

  /** Throws Refusal: `busy`; `proof_required`, with a challenge, without a good proof of work where one is needed. */
  async admit(beginner: Beginner, proof: Proof | undefined) {
    this.shedding.check("playback");
    if (proof && (await this.accepts(beginner, proof))) return;
    const challenge = this.challenge(beginner);
    if (challenge) throw new DetailedRefusal("proof_required", { challenge });
  }

  /** Of media without a playback token, at the first request of a player. Throws Refusal: `busy`; `playback_denied` where a token is needed, which costs a proof of work. */
  admitPlain() {
    this.shedding.check("playback");
    if (this.#mode.begins() > 0) throw new Refusal("playback_denied", "ask for a playback token first");
  }
}

const scopeOf = ({ kind, channelId, address }: Beginner) => `${kind} ${channelId} ${limitKey(address)}`;
