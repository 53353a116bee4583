// What the intake tells about a source besides its media, for the streamer and the log.

import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { cutText } from "#schema/wire/unicode.ts";
import type { ToldFact } from "./clock-facts.ts";

export type IntakeFact =
  /** About the encoder's clock. */
  | ToldFact
  /** The pull stands: what the encoder publishes comes from now on. */
  | { fact: "attached" }
  /** An encoder begins, the first or the next one on this pull. `encoder`: the name it gives itself. */
  | { fact: "metaData"; encoder: string | null }
  /** The encoder said that its pictures end. */
  | { fact: "endOfSequence" }
  /** The server said that the encoder is gone. nginx does not say so. */
  | { fact: "encoderAway" }
  /** A new init, for another H.264 or AAC header. */
  | { fact: "configChanged"; video: boolean; audio: boolean }
  /** The source has no sound, or it stopped 1 s ago: silence is sent instead. */
  | { fact: "silenceBegan" }
  | { fact: "silenceEnded" }
  /** Keyframes come without an IDR picture: browsers that come late cannot begin with the source. */
  | { fact: "intraRefresh" }
  | { fact: "intraRefreshOver" }
  /** Pictures whose bytes are broken; they were left out. `times`: since it was told last. */
  | { fact: "damagedPictures"; times: number }
  /** The source, or its sound, cannot be shown. */
  | { fact: "problem"; problem: SourceProblem }
  | { fact: "problemOver"; code: SourceProblem["code"] };

/** What comes and goes is told at most so often, whatever a source does. */
const TELL_EVERY_MS = 10_000;
const ENCODER_LENGTH_MAX = 100;

/** Facts that may follow each other at will. */
const REPEAT_EVERY_MS = 1_000;

interface Condition {
  on: boolean;
  told: boolean;
  toldAtMs: number;
}

/** Tells each condition when it comes and when it goes. Memory: one entry for each code and fact. */
export class IntakeFacts {
  readonly #conditions = new Map<string, Condition>();
  readonly #toldAtMs = new Map<string, number>();
  #damaged = { times: 0, toldAtMs: Number.NEGATIVE_INFINITY };

  constructor(private readonly tell: (fact: IntakeFact) => void) {}

  /** At most once a second for each kind of fact. */
  once(fact: IntakeFact, nowMs: number) {
    if (nowMs - (this.#toldAtMs.get(fact.fact) ?? Number.NEGATIVE_INFINITY) < REPEAT_EVERY_MS) return;
    this.#toldAtMs.set(fact.fact, nowMs);
    this.tell(fact);
  }

  silence(begins: boolean) {
    this.tell({ fact: begins ? "silenceBegan" : "silenceEnded" });
  }

  problem(problem: SourceProblem, nowMs: number) {
    this.#set(problem.code, true, nowMs, { fact: "problem", problem });
  }

  problemOver(code: SourceProblem["code"], nowMs: number) {
    this.#set(code, false, nowMs, { fact: "problemOver", code });
  }

  /** The problem is there, whether it was told or not. */
  has(code: SourceProblem["code"]): boolean {
    return this.#conditions.get(code)?.on ?? false;
  }

  intraRefresh(on: boolean, nowMs: number) {
    this.#set("intraRefresh", on, nowMs, { fact: on ? "intraRefresh" : "intraRefreshOver" });
  }

  metaData(encoder: string | null, nowMs: number) {
    const name = cutText(encoder?.replace(/\p{C}/gu, "") ?? "", ENCODER_LENGTH_MAX) || null;
    this.once({ fact: "metaData", encoder: name }, nowMs);
  }

  damagedPicture(nowMs: number) {
    const damaged = this.#damaged;
    damaged.times++;
    if (nowMs - damaged.toldAtMs < TELL_EVERY_MS) return;
    this.tell({ fact: "damagedPictures", times: damaged.times });
    this.#damaged = { times: 0, toldAtMs: nowMs };
  }

  /** A condition that comes back too soon is told when it is seen again later. */
  #set(name: string, on: boolean, nowMs: number, fact: IntakeFact) {
    let known = this.#conditions.get(name);
    if (!known) {
      if (!on) return;
      known = { on, told: false, toldAtMs: Number.NEGATIVE_INFINITY };
      this.#conditions.set(name, known);
    }
    known.on = on;
    if (known.told === on || (on && nowMs - known.toldAtMs < TELL_EVERY_MS)) return;
    known.told = on;
    if (on) known.toldAtMs = nowMs;
    this.tell(fact);
  }
}
