// Group commit of chat lines: lines are collected for a few ms and get their `seq` when their batch is sent. One batch is in flight at a time.
//
//   queue ──take──► batch, numbered ──insert──┬─ all rows ───────────────► publish, then answer
//     ▲                 ▲      ▲              ├─ unknown ──► the same batch again, until it is known
//     │                 │      └── renumber ──┼─ nonce taken ► answer what was stored, send the rest; nobody to answer: as refused
//     │                 └────── halves ───────┼─ refused ──► only the bad line is refused
//     └ not sent within 5 s: refused          └─ fewer rows ► read back: stored, or fenced: `moved`

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import { StoreAway, StorePoisoned } from "#runtime/store/store.ts";
import type { InsertOutcome, LineBatch } from "#schema/queries/chat/entries.ts";
import { RESUME_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import type { ChatBatch } from "#schema/wire/room.ts";
import { Pauses } from "./pauses.ts";
import { type PendingLine, toEntry, toRow } from "./pending-line.ts";
import { LineQueue } from "./queue.ts";
import { Ring } from "./ring.ts";
import type { ChatStore } from "./store.ts";

const COMMIT_WITHIN_MS = 10;
/** Entries kept in memory for history: as many as a resume may send. */
const RING_LENGTH = RESUME_LENGTH_MAX;
/** How long a stop by `ask` waits for the batch in flight. */
const STOP_WITHIN_MS = 3_000;

export interface CommitterOptions {
  channelId: string;
  epoch: number;
  clock: Clock;
  random: Random;
  log: Log;
  store: ChatStore;
  publish(batch: ChatBatch): void;
  onFenced(): void;
}

export class Committer {
  /** The room's newest entries, once the head is read. The head is read after the claim, so no line of a lower epoch can follow it. */
  readonly opened: Promise<Ring>;
  #ring: Ring | undefined;
  readonly #queue = new LineQueue();
  #inFlight: PendingLine[] = [];
  #phase: "open" | "closing" | "ended" = "open";
  readonly #pauses: Pauses;
  #working: Promise<void> | undefined;
  #cancelTimer = () => {};
  #timerSet = false;
  #away = false;

  constructor(private readonly options: CommitterOptions) {
    this.#pauses = new Pauses(options);
    this.opened = this.#open();
    this.opened.catch(() => {}); // Each caller that awaits it gets the rejection; there may be no caller.
  }

  /** 0 until the head is read. */
  get headSeq() {
    return this.#ring?.headSeq ?? 0;
  }

  get ended() {
    return this.#phase !== "open";
  }

  /** Erases stored lines of these users from memory. Lines in flight are still published; a later call erases them. */
  erase(userIds: ReadonlySet<string>) {
    this.#ring?.erase(userIds);
  }

  /** Throws Refusal `busy` or `moved`. */
  add(line: PendingLine) {
    if (this.#phase !== "open") throw moved();
    this.#queue.add(line);
    this.#arm();
  }

  /** Refuses lines that have waited too long and were never sent to the store. */
  expire() {
    this.#queue.expire(this.options.clock.monoMs());
  }

  /** `ask`: unsent lines are refused with `moved`, and the batch in flight gets STOP_WITHIN_MS. `kill`: ends at once and publishes nothing more. */
  async stop(how: "ask" | "kill") {
    if (how === "ask" && this.#phase === "open") {
      this.#phase = "closing";
      this.#refuseUnsent();
      if (this.#working) await this.#pauses.within(STOP_WITHIN_MS, this.#working);
    }
    this.#end();
  }

  async #open(): Promise<Ring> {
    const { store, channelId } = this.options;
    for (let failures = 0; this.#phase !== "ended"; failures++) {
      try {
        const ring = new Ring(await store.headSeq(channelId), RING_LENGTH);
        this.#sayBack();
        this.#ring = ring;
        return ring;
      } catch (error) {
        this.#sayAway(error);
        await this.#pauses.beforeRetry(failures);
      }
    }
    throw moved();
  }

  #arm() {
    if (this.#working || this.#phase === "ended") return;
    const { first } = this.#queue;
    if (!first) return;
    const waitedMs = this.options.clock.monoMs() - first.queuedMonoMs;
    if (waitedMs >= COMMIT_WITHIN_MS || this.#queue.fillsBatch) {
      this.#cancelTimer();
      this.#timerSet = false;
      this.#working = this.#work().finally(() => {
        this.#working = undefined;
        this.#arm();
      });
    } else if (!this.#timerSet) {
      this.#timerSet = true;
      this.#cancelTimer = this.options.clock.timer(COMMIT_WITHIN_MS - waitedMs, () => {
        this.#timerSet = false;
        this.#arm();
      });
    }
  }

  /** Sends one batch. Never rejects: a bug ends the room, and the next owner starts from the store. */
  async #work() {
    try {
      const ring = await this.opened;
      this.expire();
      this.#inFlight = this.#queue.take();
      if (this.#inFlight.length > 0) await this.#commit(ring);
    } catch (error) {
      if (this.#phase === "ended") return;
      this.options.log.error({ channel: this.options.channelId, reason: reason(error) }, "chat commit broke");
      this.#fenced();
    } finally {
      this.#inFlight = [];
    }
  }

  /** A known answer that stores nothing ends the batch: one line must not keep the others waiting. */
  async #commit(ring: Ring) {
    const { store } = this.options;
    let batch = this.#number(ring);
    /** The batch may be stored already. */
    let unknown = false;
    for (let failures = 0; this.#phase !== "ended"; failures++) {
      try {
        const outcome = await this.#insert(batch);
        this.#sayBack();
        if (outcome.kind === "inserted" && outcome.seqs.length === batch.lines.length)
          return this.#stored(ring, new Map(batch.lines.map((line) => [line.id, line.seq])));
        if (outcome.kind === "nonceTaken") {
          const answered = this.#answerRepeats(await store.byNonce(batch));
          if (this.#inFlight.length === 0) return;
          if (answered === 0) return this.#bisect("nonce taken");
          // Nothing of the batch was stored or ever will be, so its numbers are free.
          batch = this.#number(ring);
          unknown = false;
        } else if (outcome.kind === "refused" && !unknown) {
          return this.#bisect(outcome.why);
        } else {
          unknown = true;
          const { owned, seqById } = await store.readBack(batch);
          this.#stored(ring, seqById);
          if (this.#inFlight.length === 0) return;
          if (!owned) return this.#fenced();
          if (outcome.kind === "refused") return this.#bisect(outcome.why);
          throw new Error(`numbers from ${batch.lines[0]?.seq} on are taken by others`);
        }
      } catch (error) {
        if (error instanceof StorePoisoned && !unknown) return this.#bisect(reason(error));
        if (!(error instanceof StoreAway || error instanceof StorePoisoned)) throw error;
        unknown = true;
        this.#sayAway(error);
      }
      if (failures > 0 || this.#away) await this.#pauses.beforeRetry(failures);
    }
  }

  async #insert(batch: LineBatch): Promise<InsertOutcome | { kind: "refused"; why: string }> {
    try {
      return await this.options.store.insert(batch);
    } catch (error) {
      if (error instanceof StorePoisoned) return { kind: "refused", why: reason(error) };
      throw error;
    }
  }

  #number(ring: Ring): LineBatch {
    const { channelId, epoch } = this.options;
    const lines = this.#inFlight.map((line, index) => toRow(line, ring.headSeq + 1 + index));
    return { channelId, epoch, lines };
  }

  /** Publishes the stored lines, then answers their askers. The rest stays in flight. */
  #stored(ring: Ring, seqById: Map<string, number>) {
    if (this.#phase === "ended") return;
    const stored = this.#inFlight.filter(({ id }) => seqById.has(id));
    if (stored.length === 0) return;
    const entries = stored.map((line) => toEntry(line, seqById.get(line.id)!));
    ring.push(entries);
    this.options.publish({ epoch: this.options.epoch, entries });
    this.#inFlight = this.#inFlight.filter(({ id }) => !seqById.has(id));
    for (const line of stored) line.settle({ id: line.id, seq: seqById.get(line.id)! });
  }

  /** Returns the number of lines it answered. */
  #answerRepeats(stored: Awaited<ReturnType<ChatStore["byNonce"]>>): number {
    const before = this.#inFlight.length;
    const byKey = new Map(stored.map((line) => [`${line.userId} ${line.nonce}`, line]));
    this.#inFlight = this.#inFlight.filter((pending) => {
      const { user, nonce, body, action } = pending.line;
      const first = byKey.get(`${user.id} ${nonce}`);
      if (!first) return true;
      const same = first.body === body && first.action === action;
      pending.settle(same ? { id: first.id, seq: first.seq } : new Refusal("nonce_reused"));
      return false;
    });
    return before - this.#inFlight.length;
  }

  /** Sends the halves of a refused batch as batches of their own; a single line is refused. */
  #bisect(why: string) {
    const lines = this.#inFlight;
    this.#inFlight = [];
    if (lines.length === 1) {
      // The rules admit only lines that the store takes, so this is a bug, of the rules or of the store.
      this.options.log.error({ channel: this.options.channelId, line: lines[0]!.id, why }, "line cannot be stored");
      return lines[0]!.settle(new Refusal("invalid_body", "this line cannot be stored"));
    }
    const middle = Math.ceil(lines.length / 2);
    if (this.#phase === "open") this.#queue.putBack([lines.slice(0, middle), lines.slice(middle)]);
    else for (const line of lines) line.settle(moved());
  }

  #fenced() {
    if (this.#phase === "ended") return;
    this.options.log.warn({ channel: this.options.channelId, epoch: this.options.epoch }, "room is fenced");
    this.#end();
    this.options.onFenced();
  }

  #end() {
    if (this.#phase === "ended") return;
    this.#phase = "ended";
    this.#cancelTimer();
    this.#pauses.end();
    this.#refuseUnsent();
    // The outcome is unknown: the asker repeats the nonce at the next owner.
    for (const line of this.#inFlight.splice(0)) line.settle(moved());
  }

  #refuseUnsent() {
    for (const line of this.#queue.clear()) line.settle(moved());
  }

  #sayAway(error: unknown) {
    if (!this.#away)
      this.options.log.warn({ channel: this.options.channelId, reason: reason(error) }, "chat store is away");
    this.#away = true;
  }

  #sayBack() {
    if (this.#away) this.options.log.info({ channel: this.options.channelId }, "chat store is back");
    this.#away = false;
  }
}

const moved = () => new Refusal("moved", "the room has another owner");
