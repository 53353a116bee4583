// Group commit of chat lines: lines are collected for a few ms, judged, and get their `seq` when their batch is sent. One batch is in flight
// at a time. A moderator's act is a batch of its own, so that the lines behind it are judged by what it changed.
//
//   queue ──take, judge──► batch, numbered ──insert──┬─ all rows ───────────────► publish, then answer
//     ▲       │                ▲      ▲              ├─ unknown ──► the same batch again, until it is known
//     │       └ refused,       │      └── renumber ──┼─ nonce taken ► answer what was stored, send the rest; nobody to answer: as refused
//     │         if not stored  └────── halves ───────┼─ refused ──► only the bad line is refused
//     └ not sent within 5 s: refused                 └─ fewer rows ► read back: stored, or fenced: `moved`

import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Random } from "#runtime/base/random.ts";

import { outsideTraces } from "#runtime/base/trace.ts";

import { RESUME_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import type { ChatBatch } from "#schema/wire/room.ts";
import { commitAct } from "./commit-act.ts";
import { commitBatch } from "./commit-batch.ts";
import { Flight } from "./flight.ts";
import { judgeBatch } from "./judge-batch.ts";
import { type LogParts, moved } from "./log-parts.ts";
import { commitSeconds } from "./metrics.ts";
import { Patience } from "./patience.ts";
import { Pauses } from "./pauses.ts";
import type { Pending } from "./pending.ts";
import { LineQueue } from "./queue.ts";
import { Ring } from "./ring.ts";
import type { RoomJudge } from "./room-judge.ts";
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
  room: RoomJudge;
  publish(batch: ChatBatch): void;
  onFenced(): void;
}

export class Committer {
  /** The room's newest entries, once the head is read. The head is read after the claim, so no line of a lower epoch can follow it. */
  readonly opened: Promise<Ring>;
  #ring: Ring | undefined;
  readonly #queue = new LineQueue();
  readonly #flight = new Flight();
  #phase: "open" | "closing" | "ended" = "open";
  readonly #pauses: Pauses;
  readonly #patience: Patience;
  readonly #parts: LogParts;
  #working: Promise<void> | undefined;
  #cancelTimer = () => {};
  #timerSet = false;

  constructor(private readonly options: CommitterOptions) {
    const isEnded = () => this.#phase === "ended";
    this.#pauses = new Pauses(options);
    this.#patience = new Patience({ ...options, pauses: this.#pauses, isOver: isEnded });
    this.#parts = {
      ...options,
      flight: this.#flight,
      queue: this.#queue,
      patience: this.#patience,
      isOpen: () => this.#phase === "open",
      isEnded,
      fenced: () => this.#fenced(),
    };
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
    const answer = await this.#patience.untilAnswered(async () => ({ read: await work() }));
    if (!answer) throw moved();
    return answer.read;
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
    const flight = this.#flight;
    try {
      const ring = await this.opened;
      this.expire();
      const { batch, isJudged } = this.#queue.take();
      flight.start(batch);
      if (!isJudged) await judgeBatch(this.#parts);
      const { first } = flight;
      const { clock } = this.options;
      const sentMs = clock.monoMs();
      if (first?.kind === "act") await commitAct(this.#parts, first, ring);
      else if (first) await commitBatch(this.#parts, ring);
      if (first) commitSeconds.observe((clock.monoMs() - sentMs) / 1_000);
    } catch (error) {
      if (this.#phase === "ended") return;
      this.options.log.error({ channel: this.options.channelId, reason: reason(error) }, "chat commit broke");
      this.#fenced();
    } finally {
      flight.takeAll();
    }
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
    for (const line of this.#flight.takeAll()) line.settle(moved());
  }

  #refuseUnsent() {
    for (const line of this.#queue.clear()) line.settle(moved());
  }
}
