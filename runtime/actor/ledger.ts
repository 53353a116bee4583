// What an actor holds in memory and what of it is saved; the letters decided in between wait here for their save.

import type { Answered } from "../store/store.ts";
import type { Answer, Asked } from "./calls.ts";

/** Answers kept for repeats of the same call, in the row too. */
const ANSWERED_MAX = 32;
/** Facts kept during an outage of the store to be decided anew after a poisoned save; beyond it they cannot be taken back. */
const DECIDED_MAX = 1_000;

/** One for all: nobody adds to it. */
const NONE_ANSWERED: Answered[] = [];

/** `asked` is null for facts of own children and timers. */
export interface Letter<Message> {
  message: Message;
  asked: Asked | null;
}

/** `parkedAs`: it was parked under this name by an earlier letter. */
export interface Given {
  asked: Asked;
  answer: Answer;
  parkedAs?: string;
}

/** A letter that was decided and waits for the save of `version`. */
export interface Decided<Message, Effect> {
  version: number;
  letter: Letter<Message>;
  wrote: boolean;
  answers: Given[];
  effects: Effect[];
}

export interface Snapshot<State> {
  state: State;
  answered: Answered[];
  version: number;
}

export class Ledger<State, Message, Effect> {
  /** In memory. Its version rises with each message that changed something and never falls. */
  memory: Snapshot<State>;
  saved: Snapshot<State>;
  /** Memory has what no save under way carries. */
  dirty = false;
  saving = false;
  /** Made with the first letter: who is only awake has none. */
  #decided: Decided<Message, Effect>[] | null = null;

  constructor({ state, answered, version }: Snapshot<State>) {
    this.memory = this.saved = { state, answered: answered.length > 0 ? answered : NONE_ANSWERED, version };
  }

  get idle() {
    return !this.dirty && !this.saving && !this.#decided?.length;
  }

  /** Letters that only read and wait for the save of what was decided before them. */
  waitingReads(actor: { reads(message: Message): boolean }): Letter<Message>[] {
    const waiting = (this.#decided ?? []).filter(
      ({ wrote, letter }) => !wrote && letter.asked && !letter.asked.settled,
    );
    return waiting.map(({ letter }) => letter).filter(({ message }) => actor.reads(message));
  }

  /** The facts of a letter: the next version, with the answers that go with it. */
  write(state: State, given: Given[]) {
    const { answered, version } = this.memory;
    const remember = given.flatMap(({ asked, answer }) => (answer.ok ? [{ id: asked.id, answer: answer.value }] : []));
    this.memory = {
      state,
      answered: remember.length > 0 ? [...answered, ...remember].slice(-ANSWERED_MAX) : answered,
      version: version + 1,
    };
    this.dirty = true;
  }

  add(decided: Decided<Message, Effect>) {
    this.#decided ??= [];
    const owed = decided.answers.length > 0 || decided.effects.length > 0;
    if (owed || this.#decided.length < DECIDED_MAX) this.#decided.push(decided);
  }

  /** Takes out the next letter whose answers and effects may leave. */
  next(): Decided<Message, Effect> | undefined {
    const first = this.#decided?.[0];
    if (!first) return undefined;
    const allSaved = !this.dirty && !this.saving; // Nothing is unsaved, whatever was taken back before.
    return allSaved || first.version <= this.saved.version ? this.#decided?.shift() : undefined;
  }

  /** Forgets what waits: its actor has ended. */
  clear() {
    this.#decided = null;
  }

  /** Back to what is saved; the letters since then are to be decided again. The only writer among them carries what the store refuses. */
  takeBack(): TakenBack<Message> {
    const decided = this.#decided?.splice(0) ?? [];
    this.memory = { ...this.saved, version: this.memory.version };
    this.dirty = false;
    const writers = decided.filter(({ wrote }) => wrote);
    const culprit = writers.length === 1 ? writers[0] : undefined;
    const again = decided.filter((each) => each !== culprit);
    const given = decided.flatMap(({ answers }) => answers);
    return {
      culprit: culprit?.letter ?? null,
      again: again.map(({ letter }) => letter),
      parkedBefore: given.flatMap(({ parkedAs: name, asked }) => (name === undefined ? [] : [{ name, asked }])),
    };
  }
}

export interface TakenBack<Message> {
  culprit: Letter<Message> | null;
  again: Letter<Message>[];
  /** Those whom a letter now taken back was about to answer. */
  parkedBefore: { name: string; asked: Asked }[];
}
