// One running actor: a bounded mailbox, the loop that empties it, and the rules of durability (design §2):
// children and timers follow memory at once; replies and effects wait for the save that covers the state they speak of.

import { Backoff } from "../base/backoff.ts";
import { StorePoisoned } from "../store/store.ts";
import type { Actor, Self } from "./actor.ts";
import { type Answer, type AskContext, Calls, MOVED } from "./calls.ts";
import type { CellOptions, CellOwner, CellWorld } from "./cell-options.ts";
import { type Given, Ledger, type Letter } from "./ledger.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { Running, runsNothing } from "./running.ts";

const MAILBOX_MAX = 1_000;
const BUSY: Answer = { ok: false, code: "busy", retryAfterMs: 200 };
const SAVE_PAUSES = { firstMs: 50, longestMs: 1_000 };
const NOTHING: ReadonlySet<string> = new Set();

/** Most actors that are awake are idle: what an idle one does not need is made with its first use. */
export class Cell<State, Message, Event, Effect> implements Self<Message> {
  readonly epoch: number;
  readonly #world: CellWorld;
  readonly #owner: CellOwner;
  readonly #kind: string;
  readonly #key: string;
  readonly #ledger: Ledger<State, Message, Effect>;
  #mailbox: Letter<Message>[] | null = null;
  #calls: Calls | null = null;
  #running: Running<Message> | null = null;
  /** See `want`. */
  #wanted: Set<string> | null = null;
  #storeAway = false;
  /** After a poisoned save: so many letters go one by one, each with its own save. */
  #solo = 0;
  #draining = false;
  #suspended = false;
  #closed = false;

  constructor(
    private readonly actor: Actor<State, Message, Event, Effect>,
    { id, claimed, world, owner }: CellOptions,
  ) {
    const { epoch, version, answered, sinceSavedMs } = claimed;
    this.#world = world;
    this.#owner = owner;
    this.#kind = id.kind;
    this.#key = id.key;
    this.epoch = epoch;
    const nowMs = world.nowMs();
    const state =
      claimed.state === null ? actor.initial(nowMs) : actor.revive(claimed.state, { epoch, nowMs, sinceSavedMs });
    this.#ledger = new Ledger({ state, answered, version });
    this.#matchFirst();
  }

  /** In memory, perhaps not saved yet. */
  get state(): Readonly<State> {
    return this.#ledger.memory.state;
  }

  /** The last one that is safe to speak of. */
  get savedState(): Readonly<State> {
    return this.#ledger.saved.state;
  }

  get savedVersion() {
    return this.#ledger.saved.version;
  }

  /** Nothing runs that is not quiet, nothing waits, nothing is to be saved, and nothing will have to wake. */
  get idle() {
    const quiet = !this.#calls?.size && !this.#mailbox?.length && (this.#running?.quiet ?? true);
    return quiet && this.#ledger.idle && this.actor.wakeAtMs(this.state) === null;
  }

  tell(message: Message) {
    if (!this.#closed) this.#post({ message, asked: null });
  }

  /** Never rejects. */
  ask(message: Message, context: AskContext): Promise<Answer> {
    const joined = this.#calls?.find(context.id);
    if (joined) return joined.promise;
    if (this.#closed) return Promise.resolve(MOVED);
    const before = this.#ledger.saved.answered.find(({ id }) => id === context.id);
    if (before) return Promise.resolve({ ok: true, value: before.answer });
    this.#calls ??= new Calls(this.#world.clock, (late) =>
      late.answer({ ok: false, code: this.#storeAway ? "unavailable" : "timeout" }),
    );
    if (this.#calls.size >= (this.#world.mailboxMax ?? MAILBOX_MAX)) return Promise.resolve(BUSY);
    const asked = this.#calls.expect(context);
    this.#post({ message, asked });
    if (!asked.settled) this.#calls.watch(asked);
    return asked.promise;
  }

  /** From now on `runs` is told that this is wanted, as long as this owner lives. Costs no save: what was wanted of one owner is nothing to the next. */
  want(name: string) {
    if (this.#closed || this.#wanted?.has(name)) return;
    this.#wanted ??= new Set();
    this.#wanted.add(name);
    this.#matchFirst();
  }

  /** Resolves when what ran for that alone is gone. */
  async unwant(name: string) {
    if (this.#wanted?.delete(name)) await Promise.all(this.#match());
  }

  /** Decides and saves nothing more; who still waits hears `moved`. Children run on until `close`. */
  retire() {
    this.#closed = true;
    this.#mailbox = null;
    this.#ledger.clear();
    this.#calls?.answerAll(MOVED);
  }

  /** Stops all timers and children; who still waits hears `moved`. Resolves when the last child is gone. */
  async close(how: "ask" | "kill") {
    this.retire();
    await this.#running?.stop(how);
  }

  /** Cut off from everything: kills timers, and children that do not outlast it, but keeps the state, until `resume`. */
  async suspend() {
    this.#suspended = true;
    await this.#running?.suspend();
  }

  resume() {
    if (!this.#suspended || this.#closed) return;
    this.#suspended = false;
    this.#matchFirst();
  }

  #post(letter: Letter<Message>) {
    this.#mailbox ??= [];
    this.#mailbox.push(letter);
    if (!this.#draining) this.#drain();
  }

  /** What a child tells while it starts is received after that. */
  #matchFirst() {
    if (this.#draining) return void this.#match();
    this.#draining = true;
    this.#match();
    this.#drain();
  }

  // One message at a time: what is told meanwhile, even by a child that is just starting, waits its turn.
  #drain() {
    this.#draining = true;
    while (this.#mailbox && this.#mailbox.length > 0) {
      if (this.#solo > 0) {
        if (this.#ledger.dirty || this.#ledger.saving) break; // Goes on when the save is known.
        this.#solo--;
      }
      this.#receive(this.#mailbox.shift()!);
    }
    this.#draining = false;
  }

  // The main loop's body: decide, evolve, match what runs; answers and effects leave with the save. Nothing here waits.
  #receive(letter: Letter<Message>) {
    const { message, asked } = letter;
    if (asked?.settled) return; // Its deadline came while it waited.
    const ledger = this.#ledger;
    if (asked && this.#storeAway && this.actor.reads(message))
      return asked.answer(this.#decide(ledger.saved.state, message).answer);

    // A repeat of what was decided but not saved when its first asker gave up waits for the same save.
    const known = asked && ledger.memory.answered.find(({ id }) => id === asked.id);
    const { decision, answer, next } = known
      ? { decision: {}, answer: { ok: true, value: known.answer } as const, next: ledger.memory.state }
      : this.#decide(ledger.memory.state, message);
    const { events = [], effects = [], park, answers = {} } = decision;
    const wrote = events.length > 0;
    const given: Given[] = [];
    if (asked && park === undefined) given.push({ asked, answer });
    if (asked && park !== undefined) this.#calls?.park(park, asked);
    for (const [name, value] of Object.entries(answers))
      for (const parked of this.#calls?.unpark(name) ?? [])
        given.push({ asked: parked, answer: { ok: true, value }, parkedAs: name });
    if (wrote) ledger.write(next, given);
    ledger.add({ version: ledger.memory.version, letter, wrote, answers: given, effects });
    if (wrote) this.#match();
    if (ledger.dirty) void this.#save();
    else if (!ledger.saving) this.#release();
  }

  #decide(state: State, message: Message): Outcome<State, Event, Effect> {
    return outcomeOf(this.actor, state, message, { nowMs: this.#world.nowMs(), owner: this.#owner });
  }

  /** Returns when each child that it stops is gone. */
  #match(): Promise<void>[] {
    if (this.#closed || this.#suspended) return [];
    try {
      const plan = this.actor.runs(this.state, this.#wanted ?? NOTHING);
      if (!this.#running && runsNothing(plan)) return [];
      this.#running ??= new Running(this.#world, this.#owner, this);
      return this.#running.match(plan);
    } catch (error) {
      this.#owner.onBug(error, "runs");
      return [];
    }
  }

  /** One save in flight; what changes meanwhile shares the next. */
  async #save() {
    const ledger = this.#ledger;
    if (ledger.saving) return;
    ledger.saving = true;
    const { clock, store } = this.#world;
    const pauses = new Backoff(SAVE_PAUSES);
    while (ledger.dirty && !this.#closed) {
      ledger.dirty = false;
      const snapshot = ledger.memory;
      const sentMonoMs = clock.monoMs();
      try {
        const row = { kind: this.#kind, key: this.#key, epoch: this.epoch, ...snapshot };
        const outcome = await store.save({ ...row, wakeAtMs: this.actor.wakeAtMs(snapshot.state) });
        if (this.#closed) return;
        if (outcome === "fenced") {
          void this.close("kill").catch((error) => this.#owner.onBug(error, "close"));
          return this.#owner.onFenced();
        }
        this.#storeAway = false;
        pauses.reset();
        ledger.saved = snapshot;
        this.#release();
        this.#running?.saved(snapshot.state, sentMonoMs);
      } catch (error) {
        if (this.#closed) return;
        if (error instanceof StorePoisoned) {
          this.#takeBack(error);
          continue;
        }
        // Away: whether it landed is unknown, and does not matter, since the next one has a version at least as high.
        this.#storeAway = true;
        ledger.dirty = true;
        this.#answerReads();
        await clock.sleep(pauses.nextMs());
      }
    }
    ledger.saving = false;
    if (!this.#closed) this.#drain();
  }

  /** Reads that wait for a save which may be long in coming are answered from what is saved. */
  #answerReads() {
    for (const { asked, message } of this.#ledger.waitingReads(this.actor))
      asked?.answer(this.#decide(this.#ledger.saved.state, message).answer);
  }

  /** Answers and effects of everything that is saved now. */
  #release() {
    for (let next = this.#ledger.next(); next; next = this.#ledger.next()) {
      for (const { asked, answer } of next.answers) asked.answer(answer);
      for (const effect of next.effects)
        void (async () => this.actor.perform(effect, this))().catch((error) => this.#owner.onBug(error, "perform"));
    }
  }

  // The store refuses a value in this state for good. Back to what is saved; the letters since then are decided anew, one by one,
  // until the one that carries the value stands alone: that one is refused.
  #takeBack(error: StorePoisoned) {
    const { culprit, again, parkedBefore } = this.#ledger.takeBack();
    culprit?.asked?.answer({ ok: false, code: "invalid_value" });
    if (culprit) this.#owner.onBug(error, "save");
    this.#calls?.parkAnew(parkedBefore, new Set(again.map(({ asked }) => asked)));
    this.#mailbox = [...again, ...(this.#mailbox ?? [])];
    this.#solo = Math.max(this.#solo, again.length);
    this.#match();
  }
}
