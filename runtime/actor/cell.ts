// One running actor: a bounded mailbox, the loop that empties it, and the rules of durability (design §2):
// children and timers follow memory at once; replies and effects wait for the save that covers the state they speak of.

import { Backoff } from "../base/backoff.ts";
import { currentTrace, inTraceOf, outsideTraces } from "../base/trace.ts";
import { StorePoisoned } from "../store/store.ts";
import type { Actor, Self } from "./actor.ts";
import { type Answer, type AskContext, Calls, MOVED } from "./calls.ts";
import type { CellOptions, CellOwner, CellWorld } from "./cell-options.ts";
import { type Envelope, Ledger, type PendingAnswer } from "./ledger.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { Running, runsNothing } from "./running.ts";

const MAILBOX_MAX = 1_000;
const BUSY: Answer = { ok: false, code: "busy", retryAfterMs: 200 };
const SAVE_PAUSES = { firstMs: 50, longestMs: 1_000 };
const NOTHING: ReadonlySet<string> = new Set();

/** Most awake actors are idle, so parts that an idle actor does not need are created on first use. */
export class Cell<State, Message, Event, Effect> implements Self<Message> {
  readonly epoch: number;
  readonly #world: CellWorld;
  readonly #owner: CellOwner;
  readonly #kind: string;
  readonly #key: string;
  readonly #ledger: Ledger<State, Message, Effect>;
  #mailbox: Envelope<Message>[] | null = null;
  #calls: Calls | null = null;
  #running: Running<Message> | null = null;
  /** See `want`. */
  #wanted: Set<string> | null = null;
  #storeAway = false;
  /** After a poisoned save: this many messages are handled one by one, each with its own save. */
  #oneByOne = 0;
  #handling = false;
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

  /** The state in memory; it may not be saved yet. */
  get state(): Readonly<State> {
    return this.#ledger.memory.state;
  }

  /** The last saved state, which is safe to show. */
  get savedState(): Readonly<State> {
    return this.#ledger.saved.state;
  }

  get savedVersion() {
    return this.#ledger.saved.version;
  }

  /** True when only quiet children run, no message or call waits, everything is saved, and no alarm is set. */
  get idle() {
    const quiet = !this.#calls?.size && !this.#mailbox?.length && (this.#running?.quiet ?? true);
    return quiet && this.#ledger.idle && this.actor.wakeAtMs(this.state) === null;
  }

  tell(message: Message) {
    if (!this.#closed) this.#post({ message, call: null, trace: currentTrace() });
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
    const call = this.#calls.expect(context);
    this.#post({ message, call, trace: currentTrace() });
    if (!call.settled) this.#calls.watch(call);
    return call.promise;
  }

  /** Passes this name to `runs` from now on, as long as this owner lives. It is never saved, and the next owner starts without it. */
  want(name: string) {
    if (this.#closed || this.#wanted?.has(name)) return;
    this.#wanted ??= new Set();
    this.#wanted.add(name);
    this.#matchFirst();
  }

  /** Undoes `want`. Resolves when every child that ran only for this name is gone. */
  async unwant(name: string) {
    if (this.#wanted?.delete(name)) await Promise.all(this.#match());
  }

  /** Stops deciding and saving; waiting calls are answered `moved`. Children keep running until `close`. */
  retire() {
    this.#closed = true;
    this.#mailbox = null;
    this.#ledger.clear();
    this.#calls?.answerAll(MOVED);
  }

  /** Stops all timers and children; waiting calls are answered `moved`. Resolves when the last child is gone. */
  async close(how: "ask" | "kill") {
    this.retire();
    await this.#running?.stop(how);
  }

  /** The node is cut off: stops timers, kills children that do not outlast a cut-off, and keeps the state until `resume`. */
  async suspend() {
    this.#suspended = true;
    await this.#running?.suspend();
  }

  resume() {
    if (!this.#suspended || this.#closed) return;
    this.#suspended = false;
    this.#matchFirst();
    // Children that have just started again saw the state in memory, and the next save may be far.
    this.#running?.saved(this.savedState, Number.NEGATIVE_INFINITY);
  }

  #post(envelope: Envelope<Message>) {
    this.#mailbox ??= [];
    this.#mailbox.push(envelope);
    if (!this.#handling) this.#handleMessages();
  }

  /** Matches outside of message handling. Messages that a child sends while it starts are received afterwards. */
  #matchFirst() {
    if (this.#handling) return void this.#match();
    this.#handling = true;
    this.#match();
    this.#handleMessages();
  }

  // One message at a time: messages that arrive meanwhile, even from a child that is just starting, wait their turn.
  #handleMessages() {
    this.#handling = true;
    while (this.#mailbox && this.#mailbox.length > 0) {
      if (this.#oneByOne > 0) {
        if (this.#ledger.dirty || this.#ledger.saving) break; // Continues when the save has an outcome.
        this.#oneByOne--;
      }
      const envelope = this.#mailbox.shift()!;
      inTraceOf(envelope.trace, () => this.#receive(envelope));
    }
    this.#handling = false;
  }

  // The body of the main loop: decide, evolve, match what runs. Answers and effects leave after the save. Nothing here waits.
  #receive(envelope: Envelope<Message>) {
    const { message, call } = envelope;
    if (call?.settled) return; // Its deadline passed in the mailbox.
    const ledger = this.#ledger;
    if (call && this.#storeAway && this.actor.reads(message))
      return call.answer(this.#decide(ledger.saved.state, message).answer);

    // The call may have been decided before its asker gave up, and still be unsaved: its repeat waits for the same save.
    const known = call && ledger.memory.answered.find(({ id }) => id === call.id);
    const { decision, answer, next } = known
      ? { decision: {}, answer: { ok: true, value: known.answer } as const, next: ledger.memory.state }
      : this.#decide(ledger.memory.state, message);
    const { events = [], effects = [], park, answers = {} } = decision;
    const wrote = events.length > 0;
    const replies: PendingAnswer[] = [];
    if (call && park === undefined) replies.push({ call, answer });
    if (call && park !== undefined) this.#calls?.park(park, call);
    for (const [name, value] of Object.entries(answers))
      for (const parked of this.#calls?.unpark(name) ?? [])
        replies.push({ call: parked, answer: { ok: true, value }, parkedAs: name });
    if (wrote) ledger.write(next, replies);
    ledger.add({ version: ledger.memory.version, envelope, wrote, answers: replies, effects });
    if (wrote) this.#match();
    // A save speaks for all messages since the last one, whoever asked.
    if (ledger.dirty) void outsideTraces(() => this.#save());
    else if (!ledger.saving) this.#release();
  }

  #decide(state: State, message: Message): Outcome<State, Event, Effect> {
    return outcomeOf(this.actor, state, message, { nowMs: this.#world.nowMs(), owner: this.#owner });
  }

  /** Returns one promise for each child that it stops; the promise resolves when the child is gone. */
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

  /** One save in flight; changes made meanwhile share the next save. */
  async #save() {
    const ledger = this.#ledger;
    if (ledger.saving) return;
    ledger.saving = true;
    const { clock, store } = this.#world;
    const pauses = new Backoff(SAVE_PAUSES);
    while (ledger.dirty && !this.#closed) {
      if (!this.#owner.mayWrite()) {
        await clock.sleep(pauses.nextMs());
        continue;
      }
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
          this.#rollBack(error);
          continue;
        }
        // The store is away. Whether the save landed is unknown and does not matter: the next save has a version at least as high.
        this.#storeAway = true;
        ledger.dirty = true;
        this.#answerReads();
        await clock.sleep(pauses.nextMs());
      }
    }
    ledger.saving = false;
    if (!this.#closed) this.#handleMessages();
  }

  /** The next save may take long: reads that wait for it are answered from the saved state. */
  #answerReads() {
    for (const { call, message } of this.#ledger.waitingReads(this.actor))
      call?.answer(this.#decide(this.#ledger.saved.state, message).answer);
  }

  /** Sends the answers and starts the effects of every saved decision. */
  #release() {
    for (let next = this.#ledger.next(); next; next = this.#ledger.next()) {
      for (const { call, answer } of next.answers) call.answer(answer);
      for (const effect of next.effects)
        void inTraceOf(next.envelope.trace, async () => this.actor.perform(effect, this)).catch((error) =>
          this.#owner.onBug(error, "perform"),
        );
    }
  }

  // The store refuses a value in this state for good. The cell returns to the saved state and decides the messages since then again,
  // one by one, until the message that carries the value stands alone: that message is refused.
  #rollBack(error: StorePoisoned) {
    const { culprit, retries, parkedBefore } = this.#ledger.rollBack();
    culprit?.call?.answer({ ok: false, code: "invalid_value" });
    if (culprit) this.#owner.onBug(error, "save");
    this.#calls?.restoreParked(parkedBefore, new Set(retries.map(({ call }) => call)));
    this.#mailbox = [...retries, ...(this.#mailbox ?? [])];
    this.#oneByOne = Math.max(this.#oneByOne, retries.length);
    this.#match();
  }
}
