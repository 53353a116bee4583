// One running actor: a bounded mailbox, the loop that empties it, and the rules of durability (design §2):
// children and timers follow memory at once; replies and effects wait for the save that covers the state they speak of.

import { type Actor, type Decision, Refusal, type Self } from "./actor.ts";
import type { Clock } from "./clock.ts";
import { Deadlines } from "./deadlines.ts";
import { Running } from "./running.ts";
import { type ActorId, type ActorStore, type Answered, type Claimed, StorePoisoned } from "./store.ts";

export type Answer = { ok: true; value: unknown } | { ok: false; code: string; detail?: string; retryAfterMs?: number };

export interface AskContext {
  /** Idempotency id: the same id gets the same answer. */
  id: string;
  deadlineMonoMs: number;
}

export interface CellOptions {
  id: ActorId;
  claimed: Claimed;
  clock: Clock;
  /** The store's wall clock as this node knows it. */
  nowMs(): number;
  store: ActorStore;
  /** Calls taken but not answered; over it the answer is `busy`. Default 1 000. */
  mailboxMax?: number;
  /** Somebody else owns the actor now. The cell has begun to kill everything. */
  onFenced(): void;
  onBug(error: unknown, what: string): void;
}

const MAILBOX_MAX = 1_000;
const BUSY_RETRY_MS = 200;
/** Answers kept for repeats of the same call, in the row too. */
const ANSWERED_MAX = 32;
/** Facts kept during an outage of the store to be decided anew after a poisoned save; beyond it they cannot be taken back. */
const DECIDED_MAX = 1_000;
const SAVE_RETRY_MS = [50, 1_000] as const;
const MOVED: Answer = { ok: false, code: "moved" };

/** Somebody waits for the answer. */
interface Asked {
  id: string;
  deadlineMonoMs: number;
  settled: boolean;
  promise: Promise<Answer>;
  answer(answer: Answer): void;
}

/** `asked` is null for facts of own children and timers. */
interface Letter<Message> {
  message: Message;
  asked: Asked | null;
}

/** A letter that was decided and waits for the save of `version`. */
interface Decided<Message, Effect> {
  version: number;
  letter: Letter<Message>;
  wrote: boolean;
  /** `parkedAs`: it was parked under this name by an earlier letter. */
  answers: { asked: Asked; answer: Answer; parkedAs?: string }[];
  effects: Effect[];
}

interface Snapshot<State> {
  state: State;
  answered: Answered[];
  version: number;
}

export class Cell<State, Message, Event, Effect> implements Self<Message> {
  /** In memory. Its version rises with each message that changed something and never falls. */
  #memory: Snapshot<State>;
  #saved: Snapshot<State>;
  #dirty = false;
  #saving = false;
  #storeAway = false;
  /** After a poisoned save: so many letters go one by one, each with its own save. */
  #solo = 0;
  #draining = false;
  #suspended = false;
  #closed = false;
  readonly #mailbox: Letter<Message>[] = [];
  readonly #decided: Decided<Message, Effect>[] = [];
  readonly #parked = new Map<string, Asked[]>();
  /** By idempotency id; a repeat joins the first. */
  readonly #underWay = new Map<string, Asked>();
  /** Made with the first call that waits: who is only awake has none. */
  #deadlines: Deadlines<Asked> | null = null;
  readonly #running: Running<Message>;

  constructor(
    private readonly actor: Actor<State, Message, Event, Effect>,
    private readonly options: CellOptions,
  ) {
    const { claimed, clock, nowMs, onBug } = options;
    const { epoch, version, answered, sinceSavedMs } = claimed;
    const fresh = claimed.state === null;
    const state = fresh ? actor.initial(nowMs()) : actor.revive(claimed.state, { epoch, nowMs: nowMs(), sinceSavedMs });
    this.#memory = this.#saved = { state, answered, version };
    this.#running = new Running({ clock, nowMs, self: this, onBug });
    this.#drain(() => this.#match());
  }

  /** In memory, perhaps not saved yet. */
  get state(): Readonly<State> {
    return this.#memory.state;
  }

  /** The last one that is safe to speak of. */
  get savedState(): Readonly<State> {
    return this.#saved.state;
  }

  get savedVersion() {
    return this.#saved.version;
  }

  get epoch() {
    return this.options.claimed.epoch;
  }

  /** Nothing runs, nothing waits, nothing is to be saved, and nothing will have to wake. */
  get idle() {
    const quiet = this.#underWay.size + this.#mailbox.length + this.#decided.length + this.#running.childCount === 0;
    return quiet && !this.#dirty && !this.#saving && this.actor.wakeAtMs(this.#memory.state) === null;
  }

  tell(message: Message) {
    if (!this.#closed) this.#post({ message, asked: null });
  }

  /** Never rejects. */
  ask(message: Message, { id, deadlineMonoMs }: AskContext): Promise<Answer> {
    const joined = this.#underWay.get(id);
    if (joined) return joined.promise;
    if (this.#closed) return Promise.resolve(MOVED);
    const before = this.#saved.answered.find((answered) => answered.id === id);
    if (before) return Promise.resolve({ ok: true, value: before.answer });
    if (this.#underWay.size >= (this.options.mailboxMax ?? MAILBOX_MAX))
      return Promise.resolve({ ok: false, code: "busy", retryAfterMs: BUSY_RETRY_MS });
    const asked = this.#expect(id, deadlineMonoMs);
    this.#post({ message, asked });
    if (!asked.settled) this.#watch(asked); // Most reads are answered by now.
    return asked.promise;
  }

  /** Stops all timers and children; who still waits hears `moved`. Resolves when the last child is gone. */
  async close(how: "ask" | "kill") {
    this.#closed = true;
    this.#mailbox.length = 0;
    this.#decided.length = 0;
    this.#parked.clear();
    for (const asked of [...this.#underWay.values()]) asked.answer(MOVED);
    await this.#running.stop(how);
  }

  /** Cut off from everything: kills timers and children but keeps the state, until `resume`. */
  async suspend() {
    this.#suspended = true;
    await this.#running.stop("kill");
  }

  resume() {
    if (!this.#suspended || this.#closed) return;
    this.#suspended = false;
    this.#drain(() => this.#match());
  }

  #expect(id: string, deadlineMonoMs: number): Asked {
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const asked: Asked = {
      id,
      deadlineMonoMs,
      promise,
      settled: false,
      answer: (answer) => {
        if (asked.settled) return;
        asked.settled = true;
        this.#underWay.delete(id);
        this.#deadlines?.removed();
        resolve(answer);
      },
    };
    this.#underWay.set(id, asked);
    return asked;
  }

  #watch(asked: Asked) {
    this.#deadlines ??= new Deadlines(this.options.clock, this.#underWay, (late) =>
      late.answer({ ok: false, code: this.#storeAway ? "unavailable" : "timeout" }),
    );
    this.#deadlines.added(asked);
  }

  #post(letter: Letter<Message>) {
    this.#mailbox.push(letter);
    if (!this.#draining) this.#drain();
  }

  // One message at a time: what is told meanwhile, even by a child that is just starting, waits its turn.
  #drain(first = () => {}) {
    this.#draining = true;
    first();
    while (this.#mailbox.length > 0) {
      if (this.#solo > 0) {
        if (this.#dirty || this.#saving) break; // Goes on when the save is known.
        this.#solo--;
      }
      this.#receive(this.#mailbox.shift()!);
    }
    this.#draining = false;
  }

  // The main loop's body: decide, evolve, match what runs; answers and effects leave with the save. Nothing here waits.
  #receive(letter: Letter<Message>) {
    if (letter.asked?.settled) return; // Its deadline came while it waited.
    const { message, asked } = letter;
    if (asked && this.#storeAway && this.actor.reads(message)) {
      const { answer } = this.#decide(this.#saved.state, message);
      return asked.answer(answer);
    }

    // A repeat of what was decided but not saved when its first asker gave up waits for the same save.
    const known = asked && this.#memory.answered.find(({ id }) => id === asked.id);
    const { decision, answer, next } = known
      ? { decision: {}, answer: { ok: true, value: known.answer } as const, next: this.#memory.state }
      : this.#decide(this.#memory.state, message);
    const { events = [], effects = [], park, answers = {} } = decision;
    const wrote = events.length > 0;
    const given: Decided<Message, Effect>["answers"] = [];
    if (asked && park === undefined) given.push({ asked, answer });
    if (asked && park !== undefined) this.#park(park, asked);
    for (const [name, value] of Object.entries(answers)) {
      for (const parked of this.#parked.get(name) ?? [])
        given.push({ asked: parked, answer: { ok: true, value }, parkedAs: name });
      this.#parked.delete(name);
    }
    if (wrote) this.#write(next, given);
    const owed = given.length > 0 || effects.length > 0;
    if (owed || this.#decided.length < DECIDED_MAX)
      this.#decided.push({ version: this.#memory.version, letter, wrote, answers: given, effects });
    if (wrote) this.#match();
    if (this.#dirty) void this.#save();
    else if (!this.#saving) this.#release();
  }

  #decide(
    state: State,
    message: Message,
  ): { decision: Decision<Event, Effect>; answer: Answer /** What the facts make of `state`. */; next: State } {
    try {
      const decision = this.actor.decide(state, message, this.options.nowMs());
      const next = (decision.events ?? []).reduce((before, event) => this.actor.evolve(before, event), state);
      return { decision, answer: { ok: true, value: decision.reply ?? null }, next };
    } catch (error) {
      if (!(error instanceof Refusal)) {
        this.options.onBug(error, "decide");
        return { decision: {}, answer: { ok: false, code: "internal" }, next: state };
      }
      const { code, detail, retryAfterMs } = error;
      const more = { ...(detail !== undefined && { detail }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
      return { decision: {}, answer: { ok: false, code, ...more }, next: state };
    }
  }

  #park(name: string, asked: Asked) {
    for (const [other, waiting] of this.#parked) if (waiting.every((w) => w.settled)) this.#parked.delete(other);
    this.#parked.set(name, [...(this.#parked.get(name) ?? []), asked]);
  }

  #write(state: State, given: Decided<Message, Effect>["answers"]) {
    const { answered, version } = this.#memory;
    const remember = given.flatMap(({ asked, answer }) => (answer.ok ? [{ id: asked.id, answer: answer.value }] : []));
    this.#memory = {
      state,
      answered: remember.length > 0 ? [...answered, ...remember].slice(-ANSWERED_MAX) : answered,
      version: version + 1,
    };
    this.#dirty = true;
  }

  #match() {
    if (this.#closed || this.#suspended) return;
    try {
      this.#running.match(this.actor.runs(this.#memory.state));
    } catch (error) {
      this.options.onBug(error, "runs");
    }
  }

  /** One save in flight; what changes meanwhile shares the next. */
  async #save() {
    if (this.#saving) return;
    this.#saving = true;
    const { clock, store, id } = this.options;
    let retryMs: number = SAVE_RETRY_MS[0];
    while (this.#dirty && !this.#closed) {
      this.#dirty = false;
      const snapshot = this.#memory;
      const sentMonoMs = clock.monoMs();
      try {
        const wakeAtMs = this.actor.wakeAtMs(snapshot.state);
        const outcome = await store.save({ ...id, epoch: this.epoch, ...snapshot, wakeAtMs });
        if (this.#closed) return;
        if (outcome === "fenced") return this.#fenced();
        this.#storeAway = false;
        retryMs = SAVE_RETRY_MS[0];
        this.#saved = snapshot;
        this.#release();
        this.#running.saved(snapshot.state, sentMonoMs);
      } catch (error) {
        if (this.#closed) return;
        if (error instanceof StorePoisoned) {
          this.#takeBack(error);
          continue;
        }
        // Away: whether it landed is unknown, and does not matter, since the next one has a version at least as high.
        this.#storeAway = true;
        this.#dirty = true;
        this.#answerReads();
        await clock.sleep(retryMs);
        retryMs = Math.min(retryMs * 2, SAVE_RETRY_MS[1]);
      }
    }
    this.#saving = false;
    if (!this.#closed) this.#drain();
  }

  /** Reads that wait for a save which may be long in coming are answered from what is saved. */
  #answerReads() {
    for (const { letter, wrote } of this.#decided) {
      const { asked, message } = letter;
      if (wrote || !asked || asked.settled || !this.actor.reads(message)) continue;
      const { answer } = this.#decide(this.#saved.state, message);
      if (answer) asked.answer(answer);
    }
  }

  /** Answers and effects of everything that is saved now. */
  #release() {
    const all = !this.#dirty && !this.#saving; // Nothing is unsaved, whatever was taken back before.
    while (this.#decided.length > 0 && (all || this.#decided[0]!.version <= this.#saved.version)) {
      const { answers, effects } = this.#decided.shift()!;
      for (const { asked, answer } of answers) asked.answer(answer);
      for (const effect of effects)
        void (async () => this.actor.perform(effect, this))().catch((error) => this.options.onBug(error, "perform"));
    }
  }

  // The store refuses a value in this state for good. Back to what is saved; the letters since then are decided anew, one by one,
  // until the one that carries the value stands alone: that one is refused.
  #takeBack(error: StorePoisoned) {
    const decided = this.#decided.splice(0);
    this.#memory = { ...this.#saved, version: this.#memory.version };
    this.#dirty = false;
    const writers = decided.filter(({ wrote }) => wrote);
    const culprit = writers.length === 1 ? writers[0] : undefined;
    if (culprit) {
      culprit.letter.asked?.answer({ ok: false, code: "invalid_value" });
      this.options.onBug(error, "save");
    }
    const again = decided.filter((each) => each !== culprit).map(({ letter }) => letter);
    const askedAgain = new Set(again.map(({ asked }) => asked));
    for (const [name, waiting] of this.#parked)
      this.#parked.set(
        name,
        waiting.filter((asked) => !askedAgain.has(asked)),
      );
    for (const { asked, parkedAs } of decided.flatMap(({ answers }) => answers))
      if (parkedAs !== undefined && !asked.settled && !askedAgain.has(asked)) this.#park(parkedAs, asked);
    this.#mailbox.unshift(...again);
    this.#solo = Math.max(this.#solo, again.length);
    this.#match();
  }

  #fenced() {
    void this.close("kill").catch((error) => this.options.onBug(error, "close"));
    this.options.onFenced();
  }
}
