// Group commit of chat lines: lines are collected for a few ms, judged, and get their `seq` when their batch is sent. One batch is in flight
// at a time. A moderator's act is a batch of its own, so that the lines behind it are judged by what it changed.
//
//   queue ──take, judge──► batch, numbered ──insert──┬─ all rows ───────────────► publish, then answer
//     ▲       │                ▲      ▲              ├─ unknown ──► the same batch again, until it is known
//     │       └ refused,       │      └── renumber ──┼─ nonce taken ► answer what was stored, send the rest; nobody to answer: as refused
//     │         if not stored  └────── halves ───────┼─ refused ──► only the bad line is refused
//     └ not sent within 5 s: refused                 └─ fewer rows ► read back: stored, or fenced: `moved`

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";
import { outsideTraces } from "#runtime/base/trace.ts";
import { StoreAway, StorePoisoned } from "#runtime/store/store.ts";
import type { RoomRules, StoredAct } from "#schema/queries/chat/acts.ts";
import type { StoredAllow } from "#schema/queries/chat/asides.ts";
import type { InsertOutcome, LineBatch } from "#schema/queries/chat/entries.ts";
import type { StoredEvents } from "#schema/queries/chat/room-events.ts";
import { RESUME_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import type { HeldLine } from "#schema/wire/held-lines.ts";
import type { ChatBatch, Entry, Told } from "#schema/wire/room.ts";
import type { AdmittedLine, LineRefusal } from "../rules/rule.ts";
import { commitSeconds, entriesStored } from "./metrics.ts";
import { Pauses } from "./pauses.ts";
import {
  actEntry,
  lineEntry,
  type MadeAct,
  type MadeAllow,
  type MadeAside,
  type Pending,
  type PendingAct,
  type PendingLine,
  toRow,
} from "./pending.ts";
import { LineQueue } from "./queue.ts";
import { Ring } from "./ring.ts";
import type { ChatStore } from "./store.ts";

const COMMIT_WITHIN_MS = 10;
/** Entries kept in memory for history: as many as a resume may send. */
const RING_LENGTH = RESUME_LENGTH_MAX;
/** How long a stop by `ask` waits for the batch in flight. */
const STOP_WITHIN_MS = 3_000;

/** The room as the log asks it. */
export interface RoomJudge {
  /** Takes what the store has, before any line is judged. Answers whether it must see the newest lines too. */
  load(rules: RoomRules, events: StoredEvents): boolean;
  /** The newest lines of before, ascending. */
  saidBefore(entries: Entry[]): void;
  /** Null: the line is taken, and counts for those after it. A HeldLine: it counts too, and waits for a moderator. */
  judge(line: AdmittedLine, id: string): LineRefusal | HeldLine | null;
  /** These lines are stored for moderators. Answers what is told of it. */
  held(lines: HeldLine[]): Told[];
  /** The line does not wait after all: it could not be stored, or was said before. */
  notHeld(line: HeldLine): void;
  /** Why an act cannot be done any more; null: it can. Called when everything before it is stored. */
  mayAct(act: PendingAct): Refusal | null;
  /** What an act becomes. Called once, after `mayAct`. */
  make(act: PendingAct): MadeAct | MadeAllow | MadeAside;
  /** The act is stored. Answers what is told of it beside its entry. */
  apply(made: MadeAct | MadeAllow | MadeAside, act: PendingAct): Told[];
}

/** One or the other: lines, or an act. */
type Batch = LineBatch & { act: StoredAct | StoredAllow | null };

export interface CommitterOptions {
  channelId: string;
  epoch: number;
  clock: Clock;
  random: Random;
  log: Log;
  store: ChatStore;
  room: RoomJudge;
  publish(batch: ChatBatch): void;
  onFenced(): void;
}

export class Committer {
  /** The room's newest entries, once the head is read. The head is read after the claim, so no line of a lower epoch can follow it. */
  readonly opened: Promise<Ring>;
  #ring: Ring | undefined;
  readonly #queue = new LineQueue();
  #inFlight: Pending[] = [];
  /** The act in flight, as it is stored. */
  #made: MadeAct | MadeAllow | null = null;
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
  add(line: Pending) {
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
    const { store, channelId, room } = this.options;
    const [headSeq, rules, events] = await Promise.all([
      this.#read(() => store.headSeq(channelId)),
      this.#read(() => store.rules(channelId)),
      this.#read(() => store.events(channelId)),
    ]);
    const ring = new Ring(headSeq, RING_LENGTH);
    if (room.load(rules, events)) {
      const range = { channelId, after: null, upTo: headSeq, limit: RING_LENGTH };
      const newest = await this.#read(() => store.entries(range));
      ring.prepend(newest);
      room.saidBefore(newest);
    }
    this.#ring = ring;
    return ring;
  }

  /** Asks until it is answered: since the claim nobody else changes what it reads. Throws Refusal `moved` when the room has ended. */
  async #read<T>(work: () => Promise<T>): Promise<T> {
    for (let failures = 0; this.#phase !== "ended"; failures++) {
      try {
        const read = await work();
        this.#sayBack();
        return read;
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
      // A batch speaks for all who wait for it, and the next one follows it.
      this.#working = outsideTraces(() => this.#work()).finally(() => {
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
      const { batch, isJudged } = this.#queue.take();
      this.#inFlight = batch;
      if (!isJudged) await this.#judge();
      const [first] = this.#inFlight;
      const { clock } = this.options;
      const sentMs = clock.monoMs();
      if (first?.kind === "act") await this.#commitAct(first, ring);
      else if (first) await this.#commit(ring);
      if (first) commitSeconds.observe((clock.monoMs() - sentMs) / 1_000);
    } catch (error) {
      if (this.#phase === "ended") return;
      this.options.log.error({ channel: this.options.channelId, reason: reason(error) }, "chat commit broke");
      this.#fenced();
    } finally {
      this.#inFlight = [];
    }
  }

  /** Refuses the lines that the room does not take, and holds those that a moderator must see first. A line that is stored already, under an
   *  earlier owner, is none of them. */
  async #judge() {
    const { room, channelId, epoch } = this.options;
    const refused = new Map<Pending, Refusal>();
    const held = new Map<PendingLine, HeldLine>();
    for (const pending of this.#inFlight) {
      if (pending.kind === "act") {
        const refusal = room.mayAct(pending);
        if (refusal) refused.set(pending, refusal);
        continue;
      }
      const verdict = room.judge(pending.line, pending.id);
      if (verdict && "reason" in verdict) held.set(pending, verdict);
      else if (verdict) refused.set(pending, new Refusal(verdict.code, verdict.detail, verdict.retryAfterMs));
    }
    const asked = [...refused.keys(), ...held.keys()];
    if (asked.length === 0) return;
    const lines = asked.flatMap((pending) => (pending.kind === "line" ? [toRow(pending, 0)] : []));
    if (lines.length > 0) {
      const stored = await this.#untilKnown(() => this.options.store.byNonce({ channelId, epoch, lines }));
      if (!stored) return;
      if (!(stored instanceof StorePoisoned)) this.#answerRepeats(stored, (pending) => asked.includes(pending));
    }
    this.#inFlight = this.#inFlight.filter((pending) => {
      const refusal = refused.get(pending);
      if (refusal) pending.settle(refusal);
      return !refusal;
    });
    if (held.size > 0) await this.#hold(held);
  }

  async #hold(held: Map<PendingLine, HeldLine>) {
    const { room, store, channelId, epoch } = this.options;
    const waiting = [...held].filter(([pending, line]) => {
      const waits = this.#inFlight.includes(pending);
      if (!waits) room.notHeld(line); // It was said before.
      return waits;
    });
    const lines = waiting.map(([, line]) => line);
    if (lines.length === 0) return;
    const owned = await this.#untilKnown(() => store.hold({ channelId, epoch, lines }));
    if (owned === null) return;
    if (owned === false) return this.#fenced();
    this.#inFlight = this.#inFlight.filter((pending) => !held.has(pending as PendingLine));
    if (owned instanceof StorePoisoned) {
      this.options.log.error({ channel: channelId, why: reason(owned) }, "held lines cannot be stored");
      for (const line of lines) room.notHeld(line);
    } else this.options.publish({ epoch, entries: [], told: room.held(lines) });
    const code = owned instanceof StorePoisoned ? "invalid_body" : "held";
    for (const [pending] of waiting) pending.settle(new Refusal(code));
  }

  async #commitAct(act: PendingAct, ring: Ring) {
    const { room, store, channelId, epoch } = this.options;
    const made = room.make(act);
    if ("entry" in made || "line" in made) {
      this.#made = made;
      return this.#commit(ring);
    }
    const { logId: id, by, atMs } = act;
    const aside = { channelId, epoch, id, at: new Date(atMs).toISOString(), by, ...made };
    const owned = await this.#untilKnown(() => store.aside(aside));
    if (owned === null) return;
    if (owned === false) return this.#fenced();
    if (owned instanceof StorePoisoned) return this.#bisect(reason(owned));
    this.#inFlight = [];
    const told = room.apply(made, act);
    if (told.length > 0) this.options.publish({ epoch, entries: [], told });
    act.settle({ id, seq: 0 });
  }

  /** Asks the store until it answers. StorePoisoned: it refuses. Null: the room has ended. */
  async #untilKnown<T>(ask: () => Promise<T>): Promise<T | StorePoisoned | null> {
    for (let failures = 0; this.#phase !== "ended"; failures++) {
      try {
        const found = await ask();
        this.#sayBack();
        return this.#inFlight.length > 0 ? found : null;
      } catch (error) {
        if (error instanceof StorePoisoned) return error;
        if (!(error instanceof StoreAway)) throw error;
        this.#sayAway(error);
        await this.#pauses.beforeRetry(failures);
      }
    }
    return null;
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
        const rows = rowsOf(batch);
        if (outcome.kind === "inserted" && outcome.seqs.length === rows.length)
          return this.#stored(ring, batch, new Map(rows.map(({ id, seq }) => [id, seq])));
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
          const ids = rows.map(({ id }) => id);
          const { owned, seqById } = await store.readBack({ channelId: batch.channelId, epoch: batch.epoch, ids });
          this.#stored(ring, batch, seqById);
          if (this.#inFlight.length === 0) return;
          if (!owned) return this.#fenced();
          if (outcome.kind === "refused") return this.#bisect(outcome.why);
          if (batch.act?.change.kind === "allow") return this.#isGone();
          throw new Error(`numbers from ${rows[0]?.seq} on are taken by others`);
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

  async #insert({ act, ...batch }: Batch): Promise<InsertOutcome | { kind: "refused"; why: string }> {
    const { store } = this.options;
    try {
      return await (act ? store.act(act) : store.insert(batch));
    } catch (error) {
      if (error instanceof StorePoisoned) return { kind: "refused", why: reason(error) };
      throw error;
    }
  }

  #number(ring: Ring): Batch {
    const { channelId, epoch } = this.options;
    const [act] = this.#inFlight;
    if (act?.kind === "act") {
      const made = this.#made!;
      const { id, by, atMs } = act;
      const row = { channelId, epoch, seq: ring.headSeq + 1, id, at: new Date(atMs).toISOString(), by };
      const { log } = made;
      const stored =
        "line" in made ? { ...row, log, change: made.change } : { ...row, log, entry: made.entry, change: made.change };
      return { channelId, epoch, lines: [], act: stored };
    }
    const pending = this.#inFlight as PendingLine[];
    const lines = pending.map((line, index) => toRow(line, ring.headSeq + 1 + index));
    return { channelId, epoch, lines, act: null };
  }

  /** Publishes what is stored, then answers its askers. The rest stays in flight. */
  #stored(ring: Ring, { act }: Batch, seqById: Map<string, number>) {
    if (this.#phase === "ended") return;
    const stored = this.#inFlight.filter(({ id }) => seqById.has(id));
    if (stored.length === 0) return;
    const seqOf = (pending: Pending) => seqById.get(pending.id)!;
    const made = this.#made;
    const entries = stored.map((pending) =>
      pending.kind === "line" ? lineEntry(pending, seqOf(pending)) : actEntry(pending, made!, seqOf(pending)),
    );
    if (act && made && entries[0]!.seq <= ring.headSeq) this.#storedBefore(entries[0]!.seq);
    else {
      ring.push(entries);
      entriesStored.inc(entries.length);
      const told = act && made ? this.options.room.apply(made, stored[0] as PendingAct) : [];
      this.options.publish({ epoch: this.options.epoch, entries, ...(told.length > 0 ? { told } : {}) });
    }
    this.#inFlight = this.#inFlight.filter(({ id }) => !seqById.has(id));
    for (const pending of stored) pending.settle({ id: pending.id, seq: seqOf(pending) });
  }

  /** An act that an earlier owner stored, repeated by an edge that did not hear of it: its effect was loaded, and everybody has its entry. */
  #storedBefore(seq: number) {
    this.options.log.info({ channel: this.options.channelId, seq }, "act was stored before");
  }

  /** A held line whose author's account was deleted a moment ago. */
  #isGone() {
    for (const pending of this.#inFlight.splice(0)) pending.settle(new Refusal("already_decided"));
  }

  /** Returns the number of lines it answered. */
  #answerRepeats(stored: Awaited<ReturnType<ChatStore["byNonce"]>>, concerns = (_: Pending) => true): number {
    const before = this.#inFlight.length;
    const byKey = new Map(stored.map((line) => [`${line.userId} ${line.nonce}`, line]));
    this.#inFlight = this.#inFlight.filter((pending) => {
      if (pending.kind !== "line" || !concerns(pending)) return true;
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
      if (lines[0]!.kind === "act") return lines[0]!.settle(new Refusal("invalid_value", "this cannot be stored"));
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

const rowsOf = ({ lines, act }: Batch): { id: string; seq: number }[] => (act ? [act] : lines);

const moved = () => new Refusal("moved", "the room has another owner");
