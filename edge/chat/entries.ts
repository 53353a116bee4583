// The entries of a watched room: received from the bus, ordered by `seq`, and requested from the owner where some are missing.
//
//   subscribe, flush, ask history ──► open ──batch──► ring ──► onGrown
//                                      ▲  └─ hole, or status ahead of us for 1 s, or the link came back ─► ask history
//                                      └────────────────────────────────────────────────────────────────────┘

import { reason } from "#runtime/base/log.ts";
import type { Subscription } from "#runtime/bus/bus.ts";
import type { RoomSettings } from "#schema/api/chat.ts";
import { HISTORY_LENGTH, RESUME_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { type ChatBatch, type Entry, type HistoryAnswer, type Told, withoutAccounts } from "#schema/wire/room.ts";
import type { RoomState } from "#schema/wire/room-events.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { EdgeWorld } from "../world.ts";
import { TextRing } from "./entry-ring.ts";
import { RoomHistory } from "./history.ts";
import { resyncs } from "./metrics.ts";

/** If the owner's head is above ours, its batch may still be on its way for this time. */
const BEHIND_MS = 1_000;
/** Entries above a hole. */
const AHEAD_MAX = 2_000;

/** Finds the notice without parsing. JSON escapes the quotes in people's texts. */
const SETTINGS_NOTICE = '"kind":"notice","code":"settings"';

interface RoomEntriesParts {
  world: EdgeWorld;
  channelId: string;
  /** While false, missing entries can wait for the next socket. */
  isWatched(): boolean;
  /** Called with the JSON of entries that follow the old head without a hole. */
  onGrown(texts: string[]): void;
  /** Called when a moderator has changed the room's settings. */
  onSettings(settings: RoomSettings): void;
  /** Called with what is going on in the room, whenever the owner tells it. */
  onState(state: RoomState): void;
  /** Called with what is told to some people alone. */
  onTold(told: readonly Told[]): void;
  /** Called when the entries differ from the owner's, or are too far behind: every socket must start again. */
  onLost(): void;
}

/** A welcome has the entries above `fromSeq`. */
export interface Start {
  fromSeq: number;
  resumed: boolean;
}

export class RoomEntries {
  #ring: TextRing | undefined;
  #settings: RoomSettings | undefined;
  /** Entries above a hole, ascending. */
  #ahead: Entry[] = [];
  #epoch = 0;
  /** From the owner's status. */
  #ownerHeadSeq = 0;
  #behindSinceMs: number | null = null;
  #resyncing: Promise<void> | undefined;
  #closed = false;
  readonly #history: RoomHistory;
  readonly #opened: Promise<boolean>;
  readonly #subscription: Subscription;

  constructor(private readonly parts: RoomEntriesParts) {
    const { world, channelId } = parts;
    this.#history = new RoomHistory(world, channelId);
    // The subscription comes before the request, so that no batch between the two is missed.
    this.#subscription = world.bus.subscribe(subjects.chat(channelId), (batch) => this.#receive(batch as ChatBatch));
    this.#opened = this.#open();
  }

  get headSeq() {
    return this.#ring?.headSeq ?? 0;
  }

  /** Undefined until the owner's first answer. */
  get settings() {
    return this.#settings;
  }

  get isClosed() {
    return this.#closed;
  }

  /** JSON of the entries above `seq`; null if the ring does not reach down to it. */
  after(seq: number): string[] | null {
    return this.#ring?.after(seq, RESUME_LENGTH_MAX) ?? null;
  }

  /** The start of a new socket: right after `resumeSeq`, or at the newest entries. Null: closed before the owner answered. */
  async startFor(resumeSeq: number | undefined): Promise<Start | null> {
    if (!this.#ring && !(await this.#opened)) return null;
    const newest = () => ({ fromSeq: Math.max(this.#ring!.floorSeq, this.headSeq - HISTORY_LENGTH), resumed: false });
    if (resumeSeq === undefined) return newest();
    // The client may come from another edge that is ahead.
    if (resumeSeq > this.headSeq) await this.#resync();
    const canResume = () => resumeSeq <= this.headSeq && this.headSeq - resumeSeq <= RESUME_LENGTH_MAX;
    if (canResume() && resumeSeq < this.#ring!.floorSeq) await this.#backfill(resumeSeq);
    return canResume() && resumeSeq >= this.#ring!.floorSeq ? { fromSeq: resumeSeq, resumed: true } : newest();
  }

  /** Erases the lines of these users, and answers those of them who had lines. */
  erase(userIds: ReadonlySet<string>): string[] {
    this.#ahead = this.#ahead.map((entry) => withoutAccounts(entry, userIds));
    return this.#ring?.erase(userIds) ?? [];
  }

  /** Takes the owner's head, from its status. */
  ownerHas(headSeq: number) {
    this.#ownerHeadSeq = headSeq;
    if (headSeq <= this.headSeq) this.#behindSinceMs = null;
    else this.#behindSinceMs ??= this.parts.world.clock.monoMs();
  }

  /** To be called once a second. */
  sweep(nowMs: number) {
    if (this.#behindSinceMs === null || nowMs - this.#behindSinceMs < BEHIND_MS) return;
    this.#behindSinceMs = nowMs;
    void this.#resync();
  }

  /** Requests batches that were lost while the link was down. */
  linkIsBack() {
    if (this.#ring) void this.#resync();
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#subscription
      .drain()
      .catch((error: unknown) => this.parts.world.log.debug({ reason: reason(error) }, "subscription was not drained"));
  }

  async #open(): Promise<boolean> {
    for (let failures = 0; !this.#closed; failures++) {
      try {
        await this.parts.world.bus.flush();
        this.#startOver(await this.#history.ask(null, HISTORY_LENGTH));
        return true;
      } catch (error) {
        this.#history.failed(error, failures);
        await this.#history.pause(failures);
      }
    }
    return false;
  }

  #startOver({ headSeq, entries, room, state }: HistoryAnswer) {
    this.#settings = room;
    if (state) this.parts.onState(state);
    this.#ring = new TextRing((entries[0]?.seq ?? headSeq + 1) - 1, RESUME_LENGTH_MAX);
    this.#ring.push(entries);
    this.#spliceAhead();
  }

  #receive({ epoch, entries, state, told }: ChatBatch) {
    if (this.#ring && epoch > this.#epoch && this.#wentBack(entries)) return this.parts.onLost();
    this.#epoch = Math.max(this.#epoch, epoch);
    this.#take(entries);
    if (told) this.parts.onTold(told);
    if (state) this.parts.onState(state);
  }

  /** `seq` alone decides: known entries are ignored, entries above a hole wait until the hole is filled. */
  #take(entries: Entry[]) {
    const last = entries.at(-1);
    if (!last || (this.#ring && last.seq <= this.headSeq)) return;
    if (this.#ring) this.#grow(this.#ring.push(entries));
    if (this.headSeq < last.seq || !this.#ring) this.#keepAhead(entries);
    else this.#spliceAhead();
  }

  #keepAhead(entries: Entry[]) {
    this.#ahead = [...this.#ahead, ...entries].sort((a, b) => a.seq - b.seq).slice(-AHEAD_MAX);
    if (this.#ring) void this.#resync();
  }

  #spliceAhead() {
    const ring = this.#ring;
    if (!ring || this.#ahead.length === 0) return;
    this.#grow(ring.push(this.#ahead));
    this.#ahead = this.#ahead.filter((entry) => entry.seq > ring.headSeq);
    if (this.#ahead.length > 0) void this.#resync();
  }

  #grow(texts: string[]) {
    if (texts.length === 0) return;
    this.parts.onGrown(texts);
    const notice = texts.findLast((text) => text.includes(SETTINGS_NOTICE));
    if (notice) this.#settingsChanged(JSON.parse(notice) as Entry);
    if (this.headSeq >= this.#ownerHeadSeq) this.#behindSinceMs = null;
  }

  #settingsChanged(entry: Entry) {
    if (entry.kind !== "notice" || !entry.room) return;
    this.#settings = entry.room;
    this.parts.onSettings(entry.room);
  }

  /** Requests entries above our head from the owner until none is missing. Runs once at a time; never rejects. */
  #resync(): Promise<void> {
    this.#resyncing ??= this.#requestMissing()
      .catch((error: unknown) => this.parts.world.log.error({ reason: reason(error) }, "chat resync broke"))
      .finally(() => {
        this.#resyncing = undefined;
        // For entries that arrived between its last check and its end.
        if (this.#ahead.length > 0 && !this.#closed) void this.#resync();
      });
    return this.#resyncing;
  }

  async #requestMissing() {
    resyncs.inc();
    for (let failures = 0; !this.#closed; ) {
      const ring = this.#ring!;
      try {
        const answer = await this.#history.ask(ring.headSeq, RESUME_LENGTH_MAX);
        if (ring !== this.#ring) return;
        if (answer.state) this.parts.onState(answer.state);
        // More than a resume may have: every socket starts again, like a client that was away for as long.
        if (answer.headSeq - ring.headSeq > RESUME_LENGTH_MAX) return this.parts.onLost();
        this.#grow(ring.push(answer.entries));
        const hole = this.#ahead[0];
        this.#grow(ring.push(this.#ahead));
        this.#ahead = this.#ahead.filter((entry) => entry.seq > ring.headSeq);
        if (ring.headSeq >= answer.headSeq && this.#ahead.length === 0) return;
        // Entries above the owner's head that never arrive below it can only be of a future that was lost.
        if (answer.entries.length === 0 && hole === this.#ahead[0]) failures++;
        else failures = 0;
        if (failures > 3) {
          this.#ahead = [];
          return;
        }
      } catch (error) {
        this.#history.failed(error, failures++);
        if (!this.parts.isWatched() && failures > 3) {
          this.#ahead = [];
          return;
        }
      }
      if (failures > 0) await this.#history.pause(failures);
    }
  }

  /** Requests older entries for a client that was away for longer than the ring reaches. */
  async #backfill(fromSeq: number) {
    try {
      for (let seq = fromSeq; seq < this.#ring!.floorSeq; ) {
        const older = await this.#history.between(seq, this.#ring!.floorSeq);
        if (!older) return;
        this.#ring!.prepend(older);
        seq = older.at(-1)!.seq;
      }
    } catch (error) {
      this.#history.failed(error, 0);
    }
  }

  /** True if a new owner gives a known `seq` to another line. An owner continues at the highest stored `seq`, so the database was restored
   *  to an earlier state. */
  #wentBack(entries: Entry[]): boolean {
    const first = entries[0];
    const known = first && this.#ring?.at(first.seq);
    return known !== undefined && idOf(known) !== idOf(first!);
  }
}

/** Of what a `seq` stands for: the same for every copy of an entry. */
const idOf = (entry: Entry) => `${entry.kind} ${"id" in entry ? entry.id : entry.at}`;
