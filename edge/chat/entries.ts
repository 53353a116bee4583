// The entries of a watched room as this edge has them: heard from the bus, spliced by `seq`, asked for where some are missing.
//
//   subscribe, flush, ask history ──► open ──batch──► ring ──► onGrown
//                                      ▲  └─ hole, or status ahead of us for 1 s, or the link came back ─► ask history
//                                      └────────────────────────────────────────────────────────────────────┘

import { reason } from "#runtime/base/log.ts";
import type { Subscription } from "#runtime/bus/bus.ts";
import { HISTORY_LENGTH, RESUME_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { type ChatBatch, type Entry, erased, type HistoryAnswer, type RoomSettings } from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { EdgeWorld } from "../world.ts";
import { RoomHistory } from "./history.ts";
import { resyncs } from "./metrics.ts";
import { TextRing } from "./ring.ts";

/** The owner says there is more than we have: its batch may still be under way for so long. */
const BEHIND_MS = 1_000;
/** Entries that came before those below them. */
const AHEAD_MAX = 2_000;

interface RoomEntriesParts {
  world: EdgeWorld;
  channelId: string;
  /** With nobody to serve, what is missing can wait for the next who joins. */
  isWatched(): boolean;
  /** JSON of the entries that now follow the head, without a hole. */
  onGrown(texts: string[]): void;
  /** What we have is not what the owner has, or too far behind it: whoever watches starts afresh. */
  onLost(): void;
}

/** The entries above `fromSeq` are what a welcome brings. */
export interface Start {
  fromSeq: number;
  resumed: boolean;
}

export class RoomEntries {
  #ring: TextRing | undefined;
  #settings: RoomSettings | undefined;
  /** Entries with a hole below them, ascending. */
  #ahead: Entry[] = [];
  #epoch = 0;
  /** As the owner says. */
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
    // First the listener, then the question: nothing said between the two is missed.
    this.#subscription = world.bus.subscribe(subjects.chat(channelId), (batch) => this.#heard(batch as ChatBatch));
    this.#opened = this.#open();
  }

  get headSeq() {
    return this.#ring?.headSeq ?? 0;
  }

  /** Undefined until the owner has answered once. */
  get settings() {
    return this.#settings;
  }

  get isClosed() {
    return this.#closed;
  }

  /** JSON of the entries above `seq`; null when the ring does not reach down to it. */
  after(seq: number): string[] | null {
    return this.#ring?.after(seq, RESUME_LENGTH_MAX) ?? null;
  }

  /** Where a newcomer starts: right after `resumeSeq`, or with the newest. Null: closed before the room could be reached. */
  async startFor(resumeSeq: number | undefined): Promise<Start | null> {
    if (!this.#ring && !(await this.#opened)) return null;
    const newest = () => ({ fromSeq: Math.max(this.#ring!.floorSeq, this.headSeq - HISTORY_LENGTH), resumed: false });
    if (resumeSeq === undefined) return newest();
    // It may come from another edge that has heard more.
    if (resumeSeq > this.headSeq) await this.#resync();
    const canResume = () => resumeSeq <= this.headSeq && this.headSeq - resumeSeq <= RESUME_LENGTH_MAX;
    if (canResume() && resumeSeq < this.#ring!.floorSeq) await this.#backfill(resumeSeq);
    return canResume() && resumeSeq >= this.#ring!.floorSeq ? { fromSeq: resumeSeq, resumed: true } : newest();
  }

  /** Forgets what these people said, and answers who of them had said something. */
  erase(userIds: ReadonlySet<string>): string[] {
    this.#ahead = this.#ahead.map((entry) => (userIds.has(entry.user.id) ? erased(entry) : entry));
    return this.#ring?.erase(userIds) ?? [];
  }

  /** As its status says. */
  ownerHas(headSeq: number) {
    this.#ownerHeadSeq = headSeq;
    if (headSeq <= this.headSeq) this.#behindSinceMs = null;
    else this.#behindSinceMs ??= this.parts.world.clock.monoMs();
  }

  /** Once a second. */
  sweep(nowMs: number) {
    if (this.#behindSinceMs === null || nowMs - this.#behindSinceMs < BEHIND_MS) return;
    this.#behindSinceMs = nowMs;
    void this.#resync();
  }

  /** What was published while the link was down is lost. */
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

  #startOver({ headSeq, entries, room }: HistoryAnswer) {
    this.#settings = room;
    this.#ring = new TextRing((entries[0]?.seq ?? headSeq + 1) - 1, RESUME_LENGTH_MAX);
    this.#ring.push(entries);
    this.#spliceAhead();
  }

  #heard({ epoch, entries }: ChatBatch) {
    if (this.#ring && epoch > this.#epoch && this.#wentBack(entries)) return this.parts.onLost();
    this.#epoch = Math.max(this.#epoch, epoch);
    this.#take(entries);
  }

  /** `seq` alone decides: what is known is passed over, what leaves a hole waits until the hole is filled. */
  #take(entries: Entry[]) {
    const last = entries.at(-1);
    if (!last || (this.#ring && last.seq <= this.headSeq)) return;
    if (this.#ring) this.#tell(this.#ring.push(entries));
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
    this.#tell(ring.push(this.#ahead));
    this.#ahead = this.#ahead.filter((entry) => entry.seq > ring.headSeq);
    if (this.#ahead.length > 0) void this.#resync();
  }

  #tell(texts: string[]) {
    if (texts.length === 0) return;
    this.parts.onGrown(texts);
    if (this.headSeq >= this.#ownerHeadSeq) this.#behindSinceMs = null;
  }

  /** Asks the owner for what is above our head, until we have what it has. One at a time; never rejects. */
  #resync(): Promise<void> {
    this.#resyncing ??= this.#askForMore()
      .catch((error: unknown) => this.parts.world.log.error({ reason: reason(error) }, "chat resync broke"))
      .finally(() => {
        this.#resyncing = undefined;
        // What came in the moment between its last look and its end.
        if (this.#ahead.length > 0 && !this.#closed) void this.#resync();
      });
    return this.#resyncing;
  }

  async #askForMore() {
    resyncs.inc();
    for (let failures = 0; !this.#closed; ) {
      const ring = this.#ring!;
      try {
        const answer = await this.#history.ask(ring.headSeq, RESUME_LENGTH_MAX);
        if (ring !== this.#ring) return;
        // More than a resume may bring: whoever watches starts afresh, like somebody who was away for that long.
        if (answer.headSeq - ring.headSeq > RESUME_LENGTH_MAX) return this.parts.onLost();
        this.#tell(ring.push(answer.entries));
        const hole = this.#ahead[0];
        this.#tell(ring.push(this.#ahead));
        this.#ahead = this.#ahead.filter((entry) => entry.seq > ring.headSeq);
        if (ring.headSeq >= answer.headSeq && this.#ahead.length === 0) return;
        // Nothing in memory above what the owner has: what is ahead of it can only be of a lost future.
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

  /** Older entries for somebody who was away for longer than our ring remembers. */
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

  /** A new owner counts on from the highest stored number. One that gives a known number to another line knows less than we do: the
   *  store was restored to an earlier day. */
  #wentBack(entries: Entry[]): boolean {
    const first = entries[0];
    const known = first && this.#ring?.at(first.seq);
    return known !== undefined && known.id !== first!.id;
  }
}
