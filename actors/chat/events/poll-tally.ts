// The votes of an open poll on their way into the store: collected for some ms, one batch at a time, and counted once each.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import { StoreAway, StorePoisoned } from "#runtime/store/store.ts";
import type { Vote, VoteOutcome } from "#schema/queries/chat/polls.ts";
import { Pauses } from "../log/pauses.ts";
import type { ChatStore } from "../log/store.ts";

const COLLECT_MS = 50;
const BATCH_LENGTH_MAX = 500;
/** Votes that wait for the store; over it `busy`. */
const WAITING_MAX = 5_000;
const RETRY_AFTER_MS = 1_000;
/** Refusals of the store in a row. */
const REFUSED_MAX = 3;

interface TallyOptions {
  channelId: string;
  epoch: number;
  clock: Clock;
  random: Random;
  log: Log;
  store: Pick<ChatStore, "vote" | "votes">;
  pollId: string;
  /** By choice, as stored. */
  votes: readonly number[];
  /** More votes are stored. */
  onCounted(): void;
  /** Another epoch owns the channel. */
  onFenced(): void;
}

interface Waiting {
  vote: Vote;
  answer(): void;
  refuse(refusal: Refusal): void;
}

export class PollTally {
  #votes: number[];
  #waiting: Waiting[] = [];
  #inFlight: Waiting[] = [];
  #working: Promise<void> | null = null;
  #phase: "open" | "closed" | "stopped" = "open";
  readonly #pauses: Pauses;

  constructor(private readonly options: TallyOptions) {
    this.#votes = [...options.votes];
    this.#pauses = new Pauses(options);
  }

  /** By choice: every vote that was answered is among them. */
  get votes(): readonly number[] {
    return this.#votes;
  }

  /** Resolves once the vote is stored. Throws Refusal `already_voted`, `poll_over`, `busy`, `not_signed_in`, `moved`. */
  add(vote: Vote): Promise<void> {
    if (this.#phase === "stopped") throw moved();
    if (this.#phase === "closed") throw new Refusal("poll_over");
    if (this.#waiting.length >= WAITING_MAX) throw new Refusal("busy", "too many votes at once", RETRY_AFTER_MS);
    return new Promise((answer, refuse) => {
      this.#waiting.push({ vote, answer, refuse });
      this.#work();
    });
  }

  /** Takes no more votes. Resolves when the outcome of all that were taken is known, or the tally is stopped. */
  async close() {
    if (this.#phase === "open") this.#phase = "closed";
    while (this.#working) await this.#working;
  }

  /** The poll goes on after all. */
  reopen() {
    if (this.#phase === "closed") this.#phase = "open";
  }

  /** Votes whose outcome is unknown are refused with `moved`: their edges ask the next owner. */
  stop() {
    this.#phase = "stopped";
    this.#pauses.end();
    for (const waiting of [...this.#inFlight.splice(0), ...this.#waiting.splice(0)]) waiting.refuse(moved());
  }

  #work() {
    this.#working ??= this.#storeAll()
      .catch((error: unknown) => {
        this.options.log.error({ channel: this.options.channelId, reason: reason(error) }, "votes broke");
        this.#fenced();
      })
      .finally(() => {
        this.#working = null;
        // One came between its last look and its end.
        if (this.#waiting.length > 0 && !this.#isStopped) this.#work();
      });
  }

  async #storeAll() {
    await this.#pauses.within(COLLECT_MS);
    while (this.#waiting.length > 0 && !this.#isStopped) {
      this.#inFlight = this.#waiting.splice(0, BATCH_LENGTH_MAX);
      await this.#storeBatch();
    }
  }

  async #storeBatch() {
    const { store, channelId, epoch, pollId } = this.options;
    const votes = this.#inFlight.map(({ vote }) => vote);
    for (let failures = 0; !this.#isStopped; failures++) {
      try {
        const outcomes = await store.vote({ channelId, epoch, pollId, votes });
        // An attempt without an answer may have stored some of them, and they are counted by nobody yet.
        const counted =
          failures > 0 ? await store.votes({ pollId, choices: this.#votes.length }) : this.#with(votes, outcomes);
        if (this.#isStopped) return;
        this.#votes = counted;
        return this.#answer(outcomes);
      } catch (error) {
        // An account may be deleted while its vote is stored: the next try leaves it out.
        const isFinal = !(error instanceof StorePoisoned) || failures >= REFUSED_MAX;
        if (!(error instanceof StoreAway) && isFinal) throw error;
        await this.#pauses.beforeRetry(failures);
      }
    }
  }

  #with(votes: Vote[], outcomes: Map<string, VoteOutcome>): number[] {
    const counted = [...this.#votes];
    const seen = new Set<string>();
    for (const { id, choice } of votes) {
      if (outcomes.get(id) !== "stored" || seen.has(id)) continue;
      seen.add(id);
      counted[choice] = (counted[choice] ?? 0) + 1;
    }
    return counted;
  }

  #answer(outcomes: Map<string, VoteOutcome>) {
    const isFenced = [...outcomes.values()].includes("fenced");
    for (const { vote, answer, refuse } of this.#inFlight.splice(0)) {
      const outcome = outcomes.get(vote.id);
      if (outcome === "stored" || outcome === "known") answer();
      else if (outcome === "already_voted" || outcome === "poll_over") refuse(new Refusal(outcome));
      else if (outcome === "unknown") refuse(new Refusal("not_signed_in"));
      else refuse(moved());
    }
    this.options.onCounted();
    if (isFenced) this.#fenced();
  }

  #fenced() {
    this.stop();
    this.options.onFenced();
  }

  // A getter, because the compiler would assume that the phase is the same after an await.
  get #isStopped() {
    return this.#phase === "stopped";
  }
}

const moved = () => new Refusal("moved", "the room has another owner");
