// A room as this edge watches it: one subscription, a ring of the newest entries spliced by `seq`, and one publish to all its sockets.
//
//   subscribe, flush, ask history ──► open ──batch──► ring ──► topic
//                                      ▲  └─ hole, or status ahead of us for 1 s, or the link came back ─► ask history
//                                      └────────────────────────────────────────────────────────────────────┘

import type { Server } from "bun";
import { Refusal } from "#runtime/actor.ts";
import type { Subscription } from "#runtime/bus.ts";
import { reason } from "#runtime/log.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import {
  type ChatBatch,
  type Entry,
  erased,
  HISTORY_LENGTH,
  type HistoryAnswer,
  RESUME_LENGTH_MAX,
  type RoomSettings,
} from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";
import type { ChannelWatches } from "../channels/watch.ts";
import type { EdgeWorld } from "../world.ts";
import { entriesFrames, frameText } from "./frames.ts";
import { fannedOut, resyncs } from "./metrics.ts";
import { TextRing } from "./ring.ts";
import type { ChatSocket, SocketData } from "./socket.ts";

const HISTORY_WITHIN_MS = 4_000;
/** How long a hello waits for the room. */
const OPEN_WITHIN_MS = 8_000;
/** The owner says there is more than we have: its batch may still be under way for so long. */
const BEHIND_MS = 1_000;
const VIEWERS_EVERY_MS = 5_000;
/** A room without sockets is kept so long: a page that reloads finds it warm. */
const IDLE_MS = 5_000;
/** Entries that came before those below them. */
const AHEAD_MAX = 2_000;
/** So many of those whose lines were emptied are remembered, for pages that were away meanwhile. */
const ERASED_KEPT = 100;
/** Pause before the owner is asked again; doubled up to the second number. */
const AGAIN_AFTER_MS = [100, 2_000] as const;

export interface RoomParts {
  world: EdgeWorld;
  watches: Pick<ChannelWatches, "watch" | "setViewers">;
  server: Server<SocketData>;
}

/** The entries above `fromSeq` are what a welcome brings. */
export interface Start {
  fromSeq: number;
  resumed: boolean;
}

export class WatchedRoom {
  readonly topics: { entries: string; news: string };
  /** Sockets after hello. */
  readonly #sockets = new Set<ChatSocket>();
  /** Sockets between hello and welcome. */
  #greeting = 0;
  #ring: TextRing | undefined;
  #settings: RoomSettings | undefined;
  #status: ChannelStatus | undefined;
  /** Entries with a hole below them, ascending. */
  #ahead: Entry[] = [];
  #epoch = 0;
  #behindSinceMs: number | null = null;
  #resyncing: Promise<void> | undefined;
  #idleSinceMs: number;
  #toldViewers = 0;
  #toldViewersMs = Number.NEGATIVE_INFINITY;
  #toldPhase = "";
  /** Whose lines were emptied since this edge has the room. */
  #erased: string[] = [];
  #closed = false;
  readonly #opened: Promise<boolean>;
  readonly #subscription: Subscription;
  readonly #stopWatching: () => void;

  constructor(
    private readonly parts: RoomParts,
    readonly channelId: string,
  ) {
    this.topics = { entries: `e/${channelId}`, news: `n/${channelId}` };
    const { bus, clock } = parts.world;
    this.#idleSinceMs = clock.monoMs();
    // First the listener, then the question: nothing said between the two is missed.
    this.#subscription = bus.subscribe(subjects.chat(channelId), (batch) => this.#heard(batch as ChatBatch));
    this.#stopWatching = parts.watches.watch(channelId, (status) => this.#heardStatus(status));
    this.#opened = this.#open();
  }

  get headSeq() {
    return this.#ring?.headSeq ?? 0;
  }

  get settings(): RoomSettings {
    return this.#settings ?? { slowMs: 0, followersOnlyMs: 0, emoteOnly: false, subscribersOnly: false, uniqueMs: 0 };
  }

  /** Sockets of all edges, as far as the owner knows; ours at once. */
  get viewers() {
    return Math.max(this.#status?.viewers ?? 0, this.#sockets.size);
  }

  /** Undefined until the channel's state is known. */
  get statusFrame(): string | undefined {
    if (!this.#status) return undefined;
    const { phase, broadcastId } = this.#status;
    // `starting` is off air to the outside.
    if (phase !== "live" && phase !== "lost") return frameText({ type: "status", phase: "offline" });
    return frameText({ type: "status", phase, ...(broadcastId ? { broadcastId } : {}) });
  }

  /** JSON of the entries above `seq`; null when the ring does not reach down to it. */
  after(seq: number): string[] | null {
    return this.#ring?.after(seq, RESUME_LENGTH_MAX) ?? null;
  }

  /** Where a newcomer starts: right after `resumeSeq`, or with the newest. Null: the room cannot be reached. */
  async startFor(resumeSeq: number | undefined): Promise<Start | null> {
    const late = Promise.withResolvers<null>();
    const cancel = this.parts.world.clock.timer(OPEN_WITHIN_MS, () => late.resolve(null));
    this.#greeting++;
    const start = await Promise.race([this.#findStart(resumeSeq), late.promise]);
    this.#greeting--;
    cancel();
    this.#idleSinceMs = this.parts.world.clock.monoMs();
    return this.#closed ? null : start;
  }

  async #findStart(resumeSeq: number | undefined): Promise<Start | null> {
    if (!this.#ring && !(await this.#opened)) return null;
    const newest = () => ({ fromSeq: Math.max(this.#ring!.floorSeq, this.headSeq - HISTORY_LENGTH), resumed: false });
    if (resumeSeq === undefined) return newest();
    // It may come from another edge that has heard more.
    if (resumeSeq > this.headSeq) await this.#resync();
    const canResume = () => resumeSeq <= this.headSeq && this.headSeq - resumeSeq <= RESUME_LENGTH_MAX;
    if (canResume() && resumeSeq < this.#ring!.floorSeq) await this.#backfill(resumeSeq);
    return canResume() && resumeSeq >= this.#ring!.floorSeq ? { fromSeq: resumeSeq, resumed: true } : newest();
  }

  join(socket: ChatSocket) {
    this.#sockets.add(socket);
    this.parts.watches.setViewers(this.channelId, this.#sockets.size);
  }

  leave(socket: ChatSocket) {
    if (!this.#sockets.delete(socket)) return;
    if (this.#sockets.size === 0) this.#idleSinceMs = this.parts.world.clock.monoMs();
    this.parts.watches.setViewers(this.channelId, this.#sockets.size);
  }

  /** Nobody is shown any more what these people said; may be asked again for the same. */
  erase(userIds: ReadonlySet<string>) {
    this.#ahead = this.#ahead.map((entry) => (userIds.has(entry.user.id) ? erased(entry) : entry));
    const found = this.#ring?.erase(userIds) ?? [];
    if (found.length === 0) return;
    this.#erased = [...new Set([...this.#erased, ...found])].slice(-ERASED_KEPT);
    this.#publish(this.topics.news, frameText({ type: "erased", userIds: found }));
  }

  /** For a page that was away and goes on with the lines it has; undefined: nothing was erased. */
  get erasedFrame(): string | undefined {
    return this.#erased.length === 0 ? undefined : frameText({ type: "erased", userIds: this.#erased });
  }

  /** Once a second. True when nobody needs the room any more. */
  sweep(nowMs: number): boolean {
    if (this.#behindSinceMs !== null && nowMs - this.#behindSinceMs >= BEHIND_MS) {
      this.#behindSinceMs = nowMs;
      void this.#resync();
    }
    if (this.viewers !== this.#toldViewers && nowMs - this.#toldViewersMs >= VIEWERS_EVERY_MS) {
      this.#toldViewers = this.viewers;
      this.#toldViewersMs = nowMs;
      this.#publish(this.topics.news, frameText({ type: "viewers", count: this.viewers }));
    }
    return this.#sockets.size === 0 && this.#greeting === 0 && nowMs - this.#idleSinceMs >= IDLE_MS;
  }

  /** What was published while the link was down is lost. */
  linkIsBack() {
    if (this.#ring) void this.#resync();
  }

  close() {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopWatching();
    this.#subscription
      .drain()
      .catch((error: unknown) => this.parts.world.log.debug({ reason: reason(error) }, "subscription was not drained"));
  }

  async #open(): Promise<boolean> {
    for (let failures = 0; !this.#closed; failures++) {
      try {
        await this.parts.world.bus.flush();
        this.#startOver(await this.#history(null, HISTORY_LENGTH));
        return true;
      } catch (error) {
        this.#sayAway(error, failures);
        await this.#pause(failures);
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
    const ring = this.#ring;
    if (ring && epoch > this.#epoch && this.#wentBack(entries)) return this.#startAfresh();
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

  /** One publish for all who have caught up; the others read it from the ring. */
  #tell(texts: string[]) {
    if (texts.length === 0) return;
    for (const frame of entriesFrames(texts)) this.#publish(this.topics.entries, frame);
    fannedOut.inc(texts.length * this.#sockets.size);
    if (this.#status && this.headSeq >= this.#status.headSeq) this.#behindSinceMs = null;
  }

  #heardStatus(status: ChannelStatus) {
    this.#status = status;
    if (status.headSeq <= this.headSeq) this.#behindSinceMs = null;
    else this.#behindSinceMs ??= this.parts.world.clock.monoMs();
    const frame = this.statusFrame!;
    if (frame !== this.#toldPhase) {
      this.#publish(this.topics.news, frame);
      this.#toldPhase = frame;
    }
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
        const answer = await this.#history(ring.headSeq, RESUME_LENGTH_MAX);
        if (ring !== this.#ring) return;
        // More than a resume may bring: whoever watches starts afresh, like somebody who was away for that long.
        if (answer.headSeq - ring.headSeq > RESUME_LENGTH_MAX) return this.#startAfresh();
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
        this.#sayAway(error, failures++);
        // With nobody to serve it can wait for the next who joins.
        if (this.#sockets.size === 0 && failures > 3) {
          this.#ahead = [];
          return;
        }
      }
      if (failures > 0) await this.#pause(failures);
    }
  }

  /** Older entries for somebody who was away for longer than our ring remembers. */
  async #backfill(fromSeq: number) {
    try {
      for (let seq = fromSeq; seq < this.#ring!.floorSeq; ) {
        const older: Entry[] = [];
        const floorSeq = this.#ring!.floorSeq;
        while (seq < floorSeq) {
          const { entries } = await this.#history(seq, floorSeq - seq);
          if (entries.length === 0) return;
          older.push(...entries);
          seq = entries.at(-1)!.seq;
        }
        this.#ring!.prepend(older);
      }
    } catch (error) {
      this.#sayAway(error, 0);
    }
  }

  /** A new owner counts on from the highest stored number. One that gives a known number to another line knows less than we do: the
   *  store was restored to an earlier day. */
  #wentBack(entries: Entry[]): boolean {
    const first = entries[0];
    const known = first && this.#ring?.at(first.seq);
    return known !== undefined && known.id !== first!.id;
  }

  /** Everybody comes back with `resume` and is told what is true now. */
  #startAfresh() {
    this.parts.world.log.warn({ channel: this.channelId, seq: this.headSeq }, "room starts afresh");
    this.close();
    for (const socket of [...this.#sockets]) socket.goAway();
  }

  get isClosed() {
    return this.#closed;
  }

  #history(after: number | null, limit: number): Promise<HistoryAnswer> {
    const request = { type: "room.history", after, limit };
    return this.parts.world.caller.call("channel", this.channelId, request, { timeoutMs: HISTORY_WITHIN_MS });
  }

  #publish(topic: string, frame: string) {
    this.parts.server.publish(topic, frame);
  }

  #pause(failures: number) {
    const { clock, random } = this.parts.world;
    const [firstMs, maxMs] = AGAIN_AFTER_MS;
    return clock.sleep(Math.min(maxMs, firstMs * 2 ** Math.min(failures, 10)) * (0.5 + random.next() / 2));
  }

  #sayAway(error: unknown, failures: number) {
    const { log } = this.parts.world;
    const fields = { channel: this.channelId, reason: reason(error) };
    if (failures === 0) log.warn(fields, error instanceof Refusal ? "room does not answer" : "room cannot be asked");
  }
}
