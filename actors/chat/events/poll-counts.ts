// The votes of a room's open poll: counted by its tally, and told to the room now and then.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import type { PollView } from "#schema/api/polls.ts";
import { type Vote, withVotes } from "#schema/queries/chat/polls.ts";
import type { ChatStore } from "../log/store.ts";
import { PollTally } from "./poll-tally.ts";
import { Timers } from "./timers.ts";

/** Counts are told this often at most, and as often while they do not change: a lost one is made up for. */
const COUNTS_EVERY_MS = 1_000;
const COUNTS_AGAIN_MS = 5_000;

interface PollCountsOptions {
  channelId: string;
  epoch: number;
  clock: Clock;
  random: Random;
  log: Log;
  store: Pick<ChatStore, "vote" | "votes">;
  /** Votes were counted. */
  onCounted(): void;
  /** The counts are to be told. */
  tell(): void;
  onFenced(): void;
}

export class PollCounts {
  #tally: PollTally | null = null;
  #toldMs = Number.NEGATIVE_INFINITY;
  #isArmed = false;
  readonly #timers: Timers;

  constructor(private readonly options: PollCountsOptions) {
    this.#timers = new Timers(options.clock);
  }

  /** Counts for this poll from now on, and for no other one. Null: none is open. */
  follow(poll: PollView | null) {
    this.#tally?.stop();
    this.#tally = null;
    if (!poll) return;
    const votes = poll.choices.map((choice) => choice.votes);
    const onCounted = () => this.#counted();
    this.#tally = new PollTally({ ...this.options, pollId: poll.id, votes, onCounted });
    this.#tellAgain();
  }

  /** By choice; none while no poll is open. */
  get votes(): readonly number[] {
    return this.#tally?.votes ?? [];
  }

  /** The open poll, with its votes. */
  counted(poll: PollView): PollView {
    return this.#tally ? withVotes(poll, this.#tally.votes) : poll;
  }

  /** Resolves once the vote is stored. Throws Refusal. */
  async add(vote: Vote) {
    if (!this.#tally) throw new Refusal("poll_over");
    await this.#tally.add(vote);
  }

  /** Takes no more votes. What it answers takes them again. */
  async close(): Promise<() => void> {
    const tally = this.#tally;
    await tally?.close();
    return () => tally?.reopen();
  }

  stop() {
    this.#timers.stop();
    this.#tally?.stop();
  }

  #counted() {
    this.options.onCounted();
    if (this.#isArmed) return;
    this.#isArmed = true;
    this.#timers.set(this.#toldMs + COUNTS_EVERY_MS - this.options.clock.monoMs(), () => {
      this.#isArmed = false;
      this.#tell();
    });
  }

  #tellAgain() {
    const tally = this.#tally;
    this.#timers.set(COUNTS_AGAIN_MS, () => {
      if (tally !== this.#tally) return;
      if (this.options.clock.monoMs() - this.#toldMs >= COUNTS_AGAIN_MS) this.#tell();
      this.#tellAgain();
    });
  }

  #tell() {
    if (!this.#tally) return;
    this.#toldMs = this.options.clock.monoMs();
    this.options.tell();
  }
}
