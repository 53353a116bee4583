// A channel's chat: a mailbox of its own inside the channel's owner. Lines are stored before they are acknowledged. History is read from memory.

import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, within } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Random } from "#runtime/base/random.ts";
import { RESUME_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import type { HeldLine } from "#schema/wire/held-lines.ts";
import type { ActAnswer, ChatBatch, Entry, HistoryAnswer, RoomRequest, SayAnswer } from "#schema/wire/room.ts";
import { isEventAct, SYSTEM } from "#schema/wire/room-events.ts";
import type { AskRoom } from "./events/raid-teller.ts";
import { RoomEvents } from "./events/room-events.ts";
import { ExpiryTimer } from "./judging/expiry-timer.ts";
import { toldDecided } from "./judging/told.ts";
import { Committer } from "./log/committer.ts";
import type { ChatStore } from "./log/store.ts";
import { RoomMemory } from "./memory.ts";
import { roomRules } from "./room-rules.ts";
import { admit } from "./rules/admit.ts";
import type { AdmittedLine } from "./rules/rule.ts";

/** Keeps a history answer well below NATS' limit of 1 MB. */
const HISTORY_BYTES_MAX = 512 * 1024;
/** Nonces of stored lines that are remembered in memory. */
const REMEMBERED_MAX = 1_000;
/** How often the deadlines of waiting askers are checked. */
const SWEEP_MS = 250;
const RETRY_AFTER_MS = 1_000;
/** Acts of moderators that wait for the store; over it `busy`. */
const ACTS_WAITING_MAX = 100;
/** Acts whose repeat is known without asking the store. */
const ACTS_REMEMBERED_MAX = 100;
/** Lines keep the time of the line before while the store's clock is behind it by this much at most. */
const CLOCK_BACK_MAX_MS = 5_000;

export interface RoomOptions {
  channelId: string;
  /** The channel's epoch. Open the room after the claim. */
  epoch: number;
  clock: Clock;
  random: Random;
  log: Log;
  store: ChatStore;
  /** Wall time of the store in ms, as this node knows it. */
  nowMs(): number;
  /** Called once per committed batch, before its lines are acknowledged; without entries when only some people are told something, or what
   *  is going on in the room has changed. */
  publish(batch: ChatBatch): void;
  /** Asks the room of another channel, which a raid goes to. Absent: there is no other room. */
  askRoom?: AskRoom;
  /** Called once, when another epoch owns the channel. The room has ended by then. */
  onFenced(): void;
}

/** The room's own mailbox. Every method may be called at any time. */
export interface Room {
  /** Answers SayAnswer, ActAnswer, PollView, CodeVerdict or HistoryAnswer. Throws Refusal: the code of `admit` or `judge`, `nonce_reused`, `too_many` (bans), `busy`,
   *  `unavailable` (for a line or an act: outcome unknown, repeat with the same nonce or id), `moved` (repeat at the new owner). */
  handle(request: RoomRequest, context: { id: string; deadlineMonoMs: number }): Promise<unknown>;
  /** Erases what these users said. May be called again for the same users. */
  erase(userIds: ReadonlySet<string>): void;
  /** Highest stored `seq`; 0 until it is known. */
  readonly headSeq: number;
  /** Time of the last request, by the clock's `monoMs`. */
  readonly lastSaidMonoMs: number;
  /** Something is due in the room. */
  readonly isAwaited: boolean;
  readonly epoch: number;
  /** It was told to stop: what it has sent to the store is still on its way, and another room of the same epoch would not know of it. */
  readonly isClosing: boolean;
  /** `ask`: the batch in flight gets some seconds. `kill`: ends at once and publishes nothing more. Safe to call twice. */
  stop(how: "ask" | "kill"): Promise<void>;
}

export function openRoom(options: RoomOptions): Room {
  return new OpenRoom(options);
}

type ActRequest = Extract<RoomRequest, { type: "room.act" }>;

interface Waiting {
  line: AdmittedLine;
  askers: { answer(said: SayAnswer): void; refuse(refusal: Refusal): void; deadlineMonoMs: number }[];
}

class OpenRoom implements Room {
  lastSaidMonoMs: number;
  readonly #committer: Committer;
  /** Lines queued or in flight, by user and nonce. A repeat joins the first request. */
  readonly #waiting = new Map<string, Waiting>();
  readonly #remembered = new LruMap<string, SayAnswer & { body: string; action: boolean }>(REMEMBERED_MAX);
  /** Acts queued or in flight, and the last ones, by id. A repeat joins the first request. */
  readonly #acts = new LruMap<string, Promise<ActAnswer>>(ACTS_REMEMBERED_MAX);
  #actsWaiting = 0;
  /** The room as the rules see it. */
  readonly #memory = new RoomMemory();
  readonly #events: RoomEvents;
  readonly #expiry: ExpiryTimer;
  #lastAtMs = 0;
  #sweeping = false;

  constructor(private readonly options: RoomOptions) {
    this.lastSaidMonoMs = options.clock.monoMs();
    const memory = this.#memory;
    const { held } = memory.judging;
    this.#events = new RoomEvents({
      ...options,
      settings: () => memory.settings,
      isBanned: (userId) => memory.banOf(userId, options.nowMs()) !== null,
      act: (act) => this.#queueAct({ type: "room.act", id: options.random.uuid(options.nowMs()), by: SYSTEM, ...act }),
      publish: (state) => options.publish({ epoch: options.epoch, entries: [], state }),
    });
    this.#expiry = new ExpiryTimer({ ...options, held, onExpired: (lines) => this.#deny(lines) });
    this.#committer = new Committer({
      ...options,
      publish: (batch) => options.publish(this.#events.withState(batch)),
      room: roomRules(memory, { events: this.#events, onHeld: () => this.#expiry.set() }),
    });
  }

  get headSeq() {
    return this.#committer.headSeq;
  }

  get isAwaited() {
    return this.#events.isAwaited;
  }

  get epoch() {
    return this.options.epoch;
  }

  get isClosing() {
    return this.#committer.ended;
  }

  async handle(request: RoomRequest, { deadlineMonoMs }: { id: string; deadlineMonoMs: number }): Promise<unknown> {
    if (this.#committer.ended) throw new Refusal("moved");
    this.lastSaidMonoMs = this.options.clock.monoMs();
    switch (request.type) {
      case "room.say":
        return this.#say(request, deadlineMonoMs);
      case "room.act":
        return this.#act(request, deadlineMonoMs);
      case "room.vote":
        return this.#inTime(
          this.#committer.opened.then(() => this.#events.vote(request)),
          deadlineMonoMs,
        );
      case "room.judge-code":
        await this.#inTime(this.#committer.opened, deadlineMonoMs);
        return this.#memory.judging.judgeCode(request.code, this.options.nowMs());
      case "room.history":
        return this.#history(request, deadlineMonoMs);
      default:
        throw new Refusal("validation_failed", "unknown request");
    }
  }

  erase(userIds: ReadonlySet<string>) {
    this.#committer.erase(userIds);
    this.#events.erase(userIds);
    for (const key of this.#remembered.keys()) if (userIds.has(userOf(key))) this.#remembered.delete(key);
    this.#deny(this.#memory.judging.held.takeOf((userId) => userIds.has(userId)));
  }

  stop(how: "ask" | "kill") {
    this.#events.stop();
    this.#expiry.stop();
    return this.#committer.stop(how);
  }

  /** Tells that these lines do not wait any more, although nobody decided. */
  #deny(lines: HeldLine[]) {
    const { epoch, publish } = this.options;
    const told = lines.flatMap((line) => toldDecided(line, { allowed: false, by: null }));
    if (told.length > 0 && !this.#committer.ended) publish({ epoch, entries: [], told });
  }

  #say(request: Extract<RoomRequest, { type: "room.say" }>, deadlineMonoMs: number): Promise<SayAnswer> {
    const admission = admit(request, this.#atMs());
    if (!admission.ok) throw new Refusal(admission.code, admission.detail, admission.retryAfterMs);
    const { line } = admission;

    const key = keyOf(line);
    const stored = this.#remembered.get(key);
    if (stored) {
      if (!sameWords(stored, line)) throw new Refusal("nonce_reused");
      return Promise.resolve({ id: stored.id, seq: stored.seq });
    }
    const first = this.#waiting.get(key);
    if (first && !sameWords(first.line, line)) throw new Refusal("nonce_reused");
    const waiting = first ?? this.#queue(key, line);
    return new Promise((answer, refuse) => {
      waiting.askers.push({ answer, refuse, deadlineMonoMs });
      this.#sweepLater();
    });
  }

  /** Times ascend with `seq`, even if the wall clock goes back a little. A clock that goes back far was wrong before. */
  #atMs(): number {
    const nowMs = this.options.nowMs();
    const aheadMs = this.#lastAtMs - nowMs;
    if (aheadMs < 0 || aheadMs > CLOCK_BACK_MAX_MS) this.#lastAtMs = nowMs;
    return this.#lastAtMs;
  }

  #act(request: ActRequest, deadlineMonoMs: number): Promise<ActAnswer> {
    const first = this.#acts.get(request.id);
    const stored = first ?? this.#queueAct(request);
    if (!first) {
      this.#acts.set(request.id, stored);
      // A refused act may be tried again under the same id.
      stored.catch(() => this.#acts.delete(request.id));
    }
    return this.#inTime(stored, deadlineMonoMs);
  }

  async #queueAct({ type: _, id, by, ...act }: ActRequest): Promise<ActAnswer> {
    if (this.#actsWaiting >= ACTS_WAITING_MAX) throw new Refusal("busy", "too many acts at once", RETRY_AFTER_MS);
    const atMs = this.#atMs();
    if (act.act === "ban" && this.#memory.isFullOfBans(atMs))
      throw new Refusal("too_many", "this room has as many bans as a room may have");
    const queuedMonoMs = this.options.clock.monoMs();
    let release: ((isStored: boolean) => void) | null = null;
    if (act.act === "warn" && this.#memory.isFullOfWarnings(act.userId))
      throw new Refusal("too_many", "this room has as many open warnings as a room may have");
    this.#actsWaiting++;
    const stored = Promise.withResolvers<SayAnswer>();
    const settle = (outcome: SayAnswer | Refusal) =>
      outcome instanceof Refusal ? stored.reject(outcome) : stored.resolve(outcome);
    let isStored = false;
    try {
      if (isEventAct(act)) {
        // What is going on decides, so it must be known.
        await this.#committer.opened;
        release = await this.#events.admit(act);
        if (!release) return this.#acted(this.headSeq, atMs);
      }
      const entryId = act.act === "decide" && act.allow ? act.lineId : id;
      this.#committer.add({ kind: "act", id: entryId, logId: id, act, by, atMs, queuedMonoMs, settle });
      this.#sweepLater();
      const { seq } = await stored.promise;
      isStored = true;
      return this.#acted(seq, atMs);
    } finally {
      this.#actsWaiting--;
      release?.(isStored);
    }
  }

  #acted(seq: number, atMs: number): ActAnswer {
    return { seq, at: new Date(atMs).toISOString(), room: this.#memory.settings, state: this.#events.state };
  }

  #queue(key: string, line: AdmittedLine): Waiting {
    const waiting: Waiting = { line, askers: [] };
    this.#committer.add({
      kind: "line",
      id: this.options.random.uuid(line.atMs),
      line,
      queuedMonoMs: this.options.clock.monoMs(),
      settle: (outcome) => {
        this.#waiting.delete(key);
        if (!(outcome instanceof Refusal))
          this.#remembered.set(key, { ...outcome, body: line.body, action: line.action });
        for (const asker of waiting.askers.splice(0))
          if (outcome instanceof Refusal) asker.refuse(outcome);
          else asker.answer(outcome);
      },
    });
    this.#waiting.set(key, waiting);
    return waiting;
  }

  /** Refuses unsent lines that are too old, and askers past their deadline. Runs only while a line waits. */
  #sweepLater() {
    if (this.#sweeping) return;
    this.#sweeping = true;
    this.options.clock.timer(SWEEP_MS, () => {
      this.#sweeping = false;
      this.#committer.expire();
      const nowMs = this.options.clock.monoMs();
      for (const waiting of this.#waiting.values()) {
        const late = waiting.askers.filter((asker) => asker.deadlineMonoMs <= nowMs);
        if (late.length === 0) continue;
        waiting.askers = waiting.askers.filter((asker) => asker.deadlineMonoMs > nowMs);
        for (const asker of late)
          asker.refuse(
            new Refusal("unavailable", "not known to be stored; repeat with the same nonce", RETRY_AFTER_MS),
          );
      }
      if (this.#waiting.size > 0 || this.#actsWaiting > 0) this.#sweepLater();
    });
  }

  async #history(
    request: Extract<RoomRequest, { type: "room.history" }>,
    deadlineMonoMs: number,
  ): Promise<HistoryAnswer> {
    const ring = await this.#inTime(this.#committer.opened, deadlineMonoMs);
    const limit = Math.max(1, Math.min(RESUME_LENGTH_MAX, Math.trunc(request.limit) || 1));
    const after = request.after === null ? null : Math.max(0, request.after);
    const inMemory = () => (after === null ? ring.newest(limit) : ring.after(after, limit));
    let entries = inMemory();
    if (!entries) {
      const { store, channelId } = this.options;
      const range = { channelId, after, upTo: ring.headSeq, limit };
      const stored = await this.#inTime(store.entries(range), deadlineMonoMs);
      ring.prepend(stored);
      entries = inMemory() ?? ring.moderated(stored);
    }
    if (this.#committer.ended) throw new Refusal("moved");
    return {
      headSeq: ring.headSeq,
      entries: after === null ? fitting(entries.toReversed()).reverse() : fitting(entries),
      room: this.#memory.settings,
      state: this.#events.state,
    };
  }

  /** Throws Refusal `unavailable` when the store is away or the asker's deadline is over. */
  async #inTime<T>(work: Promise<T>, deadlineMonoMs: number): Promise<T> {
    const away = (detail: string) => new Refusal("unavailable", detail, RETRY_AFTER_MS);
    const { clock } = this.options;
    try {
      const late = () => away("the store did not answer in time");
      return await within(clock, deadlineMonoMs - clock.monoMs(), work, late);
    } catch (error) {
      throw error instanceof Refusal ? error : away("the store is away");
    }
  }
}

const keyOf = ({ user, nonce }: AdmittedLine) => `${user.id} ${nonce}`;
const userOf = (key: string) => key.slice(0, key.indexOf(" "));

const sameWords = (a: { body: string; action: boolean }, b: { body: string; action: boolean }) =>
  a.body === b.body && a.action === b.action;

/** The first entries that fit into one answer, at least one. */
function fitting(entries: Entry[]): Entry[] {
  let bytes = 0;
  const end = entries.findIndex((entry, index) => {
    bytes += Buffer.byteLength(JSON.stringify(entry)) + 1;
    return bytes > HISTORY_BYTES_MAX && index > 0;
  });
  return end === -1 ? entries : entries.slice(0, end);
}
