// A member that says lines, one after the other, and repeats a line of which nobody knows whether it was stored.

import { lineBody, nowMs } from "./line-body.ts";
import type { Member } from "./member.ts";

/** Lines that wait for an earlier one; more are not said, and counted. */
const WAITING_MAX = 50;
const AGAIN_MS = 200;
const AGAIN = new Set(["unavailable", "busy", "rate_limited"]);

export interface SpeakerFacts {
  said: number;
  /** `seq` and id of each acknowledged line. */
  acknowledged: [seq: number, id: string][];
  /** Answers other than `said`, by code. After `busy`, `unavailable` and `rate_limited` the line is said again. */
  refused: Record<string, number>;
  /** Lines that were not said in time, since earlier ones had no answer. */
  skipped: number;
  /** From the time at which a line was due to its acknowledgement. */
  answersMs: number[];
}

export const newSpeakerFacts = (): SpeakerFacts => ({
  said: 0,
  acknowledged: [],
  refused: {},
  skipped: 0,
  answersMs: [],
});

interface Line {
  nonce: string;
  body: string;
  dueMs: number;
}

export class Speaker {
  readonly #waiting: Line[] = [];
  #underWay: Line | null = null;
  #number = 0;

  constructor(
    private readonly member: Member,
    private readonly index: number,
    private readonly facts: SpeakerFacts,
  ) {
    member.onAnswer = (frame) => {
      const line = this.#underWay;
      if (frame.type === "welcome") return this.#send();
      if (!line || frame.nonce !== line.nonce) return;
      if (frame.type === "said") {
        facts.acknowledged.push([frame.seq, frame.id]);
        facts.answersMs.push(nowMs() - line.dueMs);
      } else {
        facts.refused[frame.code] = (facts.refused[frame.code] ?? 0) + 1;
        if (AGAIN.has(frame.code)) return void setTimeout(() => this.#send(), frame.retryAfterMs ?? AGAIN_MS);
      }
      this.#underWay = null;
      this.#next();
    };
  }

  /** No line waits for its answer. */
  get isIdle() {
    return this.#underWay === null;
  }

  /** `length`: of the line, in code points. */
  say(length?: number) {
    if (this.#waiting.length >= WAITING_MAX) {
      this.facts.skipped++;
      return;
    }
    const dueMs = nowMs();
    const body = lineBody({ speaker: this.index, number: ++this.#number, sentMs: dueMs }, length);
    this.#waiting.push({ nonce: crypto.randomUUID(), body, dueMs });
    this.#next();
  }

  #next() {
    if (this.#underWay) return;
    this.#underWay = this.#waiting.shift() ?? null;
    if (!this.#underWay) return;
    this.facts.said++;
    this.#send();
  }

  /** Again after each welcome. */
  #send() {
    const line = this.#underWay;
    if (line) this.member.send({ type: "say", nonce: line.nonce, body: line.body });
  }
}
