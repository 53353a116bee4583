// The state in memory, the state that is saved, and the decisions in between, which wait for their save.

import type { Trace } from "../base/trace.ts";
import type { AnsweredCall } from "../store/store.ts";
import type { Answer, Call } from "./calls.ts";

/** Answers kept, in memory and in the row, for repeats of the same call. */
const ANSWERED_MAX = 32;
/** Decisions kept during an outage of the store so that they can be rolled back after a poisoned save. Later ones cannot be rolled back. */
const PENDING_MAX = 1_000;

/** Shared by all actors; never changed. */
const NO_ANSWERS: AnsweredCall[] = [];

/** A message in the mailbox. `call` is null for facts from the actor's own children and timers. */
export interface Envelope<Message> {
  message: Message;
  call: Call | null;
  /** Of the asker; undefined: none. */
  trace: Trace | undefined;
}

/** An answer that waits for its save. `parkedAs`: the name under which an earlier decision had parked the call. */
export interface PendingAnswer {
  call: Call;
  answer: Answer;
  parkedAs?: string;
}

/** A decision that waits for the save of `version`. */
interface PendingDecision<Message, Effect> {
  version: number;
  envelope: Envelope<Message>;
  wrote: boolean;
  answers: PendingAnswer[];
  effects: Effect[];
}

interface Snapshot<State> {
  state: State;
  answered: AnsweredCall[];
  version: number;
}

export class Ledger<State, Message, Effect> {
  /** The state in memory. Its version rises with each message that changes something, and never falls. */
  memory: Snapshot<State>;
  saved: Snapshot<State>;
  /** Memory has changes that no save in flight carries. */
  dirty = false;
  saving = false;
  /** Created with the first decision, because most awake actors are idle. */
  #pending: PendingDecision<Message, Effect>[] | null = null;

  constructor({ state, answered, version }: Snapshot<State>) {
    this.memory = this.saved = { state, answered: answered.length > 0 ? answered : NO_ANSWERS, version };
  }

  get idle() {
    return !this.dirty && !this.saving && !this.#pending?.length;
  }

  /** Reads that wait for the save of an earlier decision. */
  waitingReads(actor: { reads(message: Message): boolean }): Envelope<Message>[] {
    const waiting = (this.#pending ?? []).filter(
      ({ wrote, envelope }) => !wrote && envelope.call && !envelope.call.settled,
    );
    return waiting.map(({ envelope }) => envelope).filter(({ message }) => actor.reads(message));
  }

  /** Makes `state` the next version, and remembers the `replies` given with it. */
  write(state: State, replies: PendingAnswer[]) {
    const { answered, version } = this.memory;
    const remember = replies.flatMap(({ call, answer }) => (answer.ok ? [{ id: call.id, answer: answer.value }] : []));
    this.memory = {
      state,
      answered: remember.length > 0 ? [...answered, ...remember].slice(-ANSWERED_MAX) : answered,
      version: version + 1,
    };
    this.dirty = true;
  }

  add(decision: PendingDecision<Message, Effect>) {
    this.#pending ??= [];
    const owed = decision.answers.length > 0 || decision.effects.length > 0;
    if (owed || this.#pending.length < PENDING_MAX) this.#pending.push(decision);
  }

  /** Removes and returns the next decision whose answers and effects may be sent. */
  next(): PendingDecision<Message, Effect> | undefined {
    const first = this.#pending?.[0];
    if (!first) return undefined;
    const allSaved = !this.dirty && !this.saving; // True also after a roll-back, when versions say nothing.
    return allSaved || first.version <= this.saved.version ? this.#pending?.shift() : undefined;
  }

  /** Drops every waiting decision, because the actor has ended. */
  clear() {
    this.#pending = null;
  }

  /** Returns to the saved state. Decisions made since then must be made again; if only one of them wrote, it carries the value that the store refuses. */
  rollBack(): RolledBack<Message> {
    const decided = this.#pending?.splice(0) ?? [];
    this.memory = { ...this.saved, version: this.memory.version };
    this.dirty = false;
    const writers = decided.filter(({ wrote }) => wrote);
    const culprit = writers.length === 1 ? writers[0] : undefined;
    const retries = decided.filter((each) => each !== culprit);
    const replies = decided.flatMap(({ answers }) => answers);
    return {
      culprit: culprit?.envelope ?? null,
      retries: retries.map(({ envelope }) => envelope),
      parkedBefore: replies.flatMap(({ parkedAs: name, call }) => (name === undefined ? [] : [{ name, call }])),
    };
  }
}

interface RolledBack<Message> {
  culprit: Envelope<Message> | null;
  retries: Envelope<Message>[];
  /** Parked calls that a rolled-back decision was about to answer. */
  parkedBefore: { name: string; call: Call }[];
}
