// What happens in a room beside its lines: the pinned line, polls, raids, and the slow mode that a hot room puts on by itself. All of it changes
// by acts, which the room stores like those of moderators; what is due by time is an act of the room itself.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Random } from "#runtime/base/random.ts";
import type { RoomSettings } from "#schema/api/chat.ts";
import type { PollView } from "#schema/api/polls.ts";
import { withVotes } from "#schema/queries/chat/polls.ts";
import type { StoredEvents } from "#schema/queries/chat/room-events.ts";
import { type Act, type ChatBatch, type Entry, isDeletedBy } from "#schema/wire/room.ts";
import type { EventAct, RoomState, VoteRequest } from "#schema/wire/room-events.ts";
import type { MadeAct, PendingAct } from "../log/pending.ts";
import type { ChatStore } from "../log/store.ts";
import { countingRaid, type GoingOn, openPoll } from "./going-on.ts";
import { HotRoom } from "./hot-room.ts";
import { makeEvent } from "./make-event.ts";
import { PollTally } from "./poll-tally.ts";
import { type AskRoom, RaidTeller } from "./raid-teller.ts";
import { Reservations } from "./reservations.ts";

/** Counts of a poll are told this often at most, and as often while they do not change: a lost one is made up for. */
const COUNTS_EVERY_MS = 1_000;
const COUNTS_AGAIN_MS = 5_000;
/** What is due and could not be done is tried again after this time. */
const RETRY_MS = 1_000;
/** The wall clock is looked at this often while something is to come. */
const LOOK_EVERY_MS = 10_000;
/** Deleted lines that are known, so that none of them is pinned. */
const GONE_MAX = 1_000;

export interface RoomEventsOptions {
  channelId: string;
  epoch: number;
  clock: Clock;
  random: Random;
  log: Log;
  store: ChatStore;
  nowMs(): number;
  settings(): RoomSettings;
  isBanned(userId: string): boolean;
  /** Stores an act of the room itself. Rejects with a Refusal. */
  act(act: Act): Promise<unknown>;
  /** Called when the state has changed without an entry. */
  publish(state: RoomState): void;
  askRoom?: AskRoom;
  onFenced(): void;
}

export class RoomEvents {
  #going: GoingOn = { pinned: null, poll: null, raid: null };
  #number = 0;
  /** An act has changed the state, and its batch is not published yet. */
  #isUntold = false;
  #tally: PollTally | null = null;
  #countsAtMs = Number.NEGATIVE_INFINITY;
  #countsArmed = false;
  readonly #reserved = new Reservations();
  readonly #gone = new LruMap<string, true>(GONE_MAX);
  readonly #teller: RaidTeller;
  readonly #hot = new HotRoom();
  #cooling = false;
  /** An act of the room itself is on its way. */
  #doing = false;
  #stopped = false;
  #cancelDue = () => {};
  readonly #cancels = new Set<() => void>();

  constructor(private readonly options: RoomEventsOptions) {
    this.#teller = new RaidTeller(options);
  }

  /** Takes what the store has, before anything else is asked. */
  load({ pinned, poll, raid }: StoredEvents) {
    this.#change({ pinned, poll, raid });
    if (this.options.settings().autoSlowMs > 0) this.#watchHeat();
  }

  get state(): RoomState {
    const { pinned, raid } = this.#going;
    const poll = this.#counted();
    return { epoch: this.options.epoch, number: this.#number, pinned, poll, raid: raid?.view ?? null };
  }

  /** Something is due that the room must be awake for. */
  get isAwaited() {
    const { raid } = this.#going;
    return openPoll(this.#going) !== null || countingRaid({ ...this.#going, raid }) !== null || this.#teller.isBusy;
  }

  /** To be called before an act is queued; what it answers is called when the act's outcome is known. Null: there is nothing to do. Throws the
   *  act's Refusals. */
  async admit(act: EventAct): Promise<((isStored: boolean) => void) | null> {
    const poll = openPoll(this.#going);
    const counting = countingRaid(this.#going);
    switch (act.act) {
      case "pin":
        if (this.#gone.get(act.line.id)) throw new Refusal("not_found");
        return DONE;
      case "unpin":
        return this.#going.pinned ? DONE : null;
      case "announce":
      case "raided":
        return DONE;
      case "poll-open":
        if (poll?.id === act.pollId) return null;
        if (poll) throw new Refusal("poll_open");
        return this.#reserved.take("poll", "poll_open");
      case "poll-end": {
        if (poll?.id !== act.pollId) throw new Refusal("poll_over");
        const release = this.#reserved.take("poll", "poll_over");
        await this.#tally?.close();
        return (isStored) => {
          if (!isStored) this.#tally?.reopen();
          release();
        };
      }
      case "raid":
        if (counting && (counting.view.id === act.raidId || counting.toChannelId === act.toChannelId)) return null;
        if (counting) throw new Refusal("raid_running");
        return this.#reserved.take("raid", "raid_running");
      case "raid-end":
        if (counting?.view.id !== act.raid.id && !(act.state === "declined" && act.raid.state === "gone"))
          throw new Refusal("not_found");
        return this.#reserved.take("raid", "not_found");
    }
  }

  /** Why an admitted act cannot be done any more, now that everything before it is stored; null: it can. */
  refuse(act: EventAct): Refusal | null {
    return act.act === "pin" && this.#gone.get(act.line.id) ? new Refusal("not_found") : null;
  }

  make({ act, atMs, by }: Pick<PendingAct, "atMs" | "by"> & { act: EventAct }): MadeAct {
    const { channelId, settings } = this.options;
    const votes = this.#tally?.votes ?? [];
    return makeEvent(act, { channelId, atMs, by, going: this.#going, room: settings(), votes });
  }

  /** A batch, with the state if an act of it has changed it. */
  withState(batch: ChatBatch): ChatBatch {
    if (!this.#isUntold || batch.entries.length === 0) return batch;
    this.#isUntold = false;
    return { ...batch, state: this.state };
  }

  /** An act is stored, of these or of moderation. */
  applied({ entry, going }: Pick<MadeAct, "entry" | "going">) {
    if (entry.kind === "deleted") this.#gone.set((entry.event as { id: string }).id, true);
    const { pinned } = this.#going;
    const isTakenDown = pinned && isDeletedBy(pinned.line, { kind: entry.kind, ...entry.event } as Entry);
    if (!going && !isTakenDown) return;
    this.#change(going ?? { pinned: null });
    this.#isUntold = true;
  }

  /** Answers PollView once the vote is stored. Throws Refusal. */
  async vote({ id, userId, pollId, choice }: VoteRequest): Promise<PollView> {
    const poll = openPoll(this.#going);
    const atMs = this.options.nowMs();
    if (poll?.id !== pollId || !this.#tally || atMs >= Date.parse(poll.endsAt)) throw new Refusal("poll_over");
    if (!poll.choices[choice]) throw new Refusal("validation_failed", "the poll has no such choice");
    if (this.options.isBanned(userId)) throw new Refusal("forbidden", "you are banned from this room");
    await this.#tally.add({ id, userId, choice, atMs });
    return this.#counted() ?? poll;
  }

  /** A line was taken. */
  said() {
    if (!this.options.settings().autoSlow) return;
    this.#hot.said(this.options.clock.monoMs());
    this.#watchHeat();
  }

  /** Forgets what deleted accounts said. */
  erase(userIds: ReadonlySet<string>) {
    const { pinned } = this.#going;
    if (pinned && userIds.has(pinned.line.user.id)) this.#tell({ pinned: null });
  }

  stop() {
    this.#stopped = true;
    this.#cancelDue();
    for (const cancel of this.#cancels) cancel();
    this.#tally?.stop();
    this.#teller.stop();
  }

  #change(change: Partial<GoingOn>) {
    const before = openPoll(this.#going);
    this.#going = { ...this.#going, ...change };
    this.#number++;
    const poll = openPoll(this.#going);
    if (poll?.id !== before?.id) this.#recount(poll);
    const { raid } = this.#going;
    if (raid?.view.state === "gone" && change.raid) void this.#teller.tell(raid);
    this.#watchDue();
  }

  /** Changes without an entry. */
  #tell(change: Partial<GoingOn>) {
    this.#change(change);
    this.options.publish(this.state);
  }

  #recount(poll: PollView | null) {
    const { options } = this;
    this.#tally?.stop();
    this.#tally = null;
    if (!poll) return;
    const votes = poll.choices.map((choice) => choice.votes);
    const { onFenced } = options;
    this.#tally = new PollTally({
      ...options,
      pollId: poll.id,
      votes,
      onCounted: () => this.#countsChanged(),
      onFenced,
    });
    this.#tellCountsLater(COUNTS_AGAIN_MS);
  }

  #counted(): PollView | null {
    const { poll } = this.#going;
    return poll && openPoll(this.#going) && this.#tally ? withVotes(poll, this.#tally.votes) : poll;
  }

  #countsChanged() {
    this.#number++;
    if (this.#countsArmed) return;
    this.#countsArmed = true;
    this.#timer(this.#countsAtMs + COUNTS_EVERY_MS - this.options.clock.monoMs(), () => {
      this.#countsArmed = false;
      this.#tellCounts();
    });
  }

  #tellCountsLater(ms: number) {
    const tally = this.#tally;
    this.#timer(ms, () => {
      if (tally !== this.#tally) return;
      if (this.options.clock.monoMs() - this.#countsAtMs >= COUNTS_AGAIN_MS) this.#tellCounts();
      this.#tellCountsLater(COUNTS_AGAIN_MS);
    });
  }

  #tellCounts() {
    if (!openPoll(this.#going)) return;
    this.#countsAtMs = this.options.clock.monoMs();
    this.options.publish(this.state);
  }

  #watchDue(delayMs = 0) {
    this.#cancelDue();
    if (this.#stopped) return;
    const { pinned } = this.#going;
    const times = [openPoll(this.#going)?.endsAt, pinned?.until].map((at) => (at ? Date.parse(at) : null));
    const due = [...times, countingRaid(this.#going)?.view.atMs ?? null].filter((ms) => ms !== null);
    if (due.length === 0) return;
    const leftMs = Math.min(...due) - this.options.nowMs();
    const waitMs = Math.max(delayMs, Math.min(leftMs, LOOK_EVERY_MS));
    this.#cancelDue = this.options.clock.timer(Math.max(0, waitMs), () => this.#doDue());
  }

  #doDue() {
    const nowMs = this.options.nowMs();
    const { pinned } = this.#going;
    if (pinned?.until && Date.parse(pinned.until) <= nowMs) this.#tell({ pinned: null });
    const poll = openPoll(this.#going);
    const raid = countingRaid(this.#going)?.view;
    if (poll && Date.parse(poll.endsAt) <= nowMs) this.#do({ act: "poll-end", pollId: poll.id });
    else if (raid && raid.atMs <= nowMs) this.#do({ act: "raid-end", raid, state: "gone" });
    this.#watchDue(this.#doing ? RETRY_MS : 0);
  }

  /** One at a time. What fails is due again. */
  #do(act: Act) {
    if (this.#doing) return;
    this.#doing = true;
    const { act: store, log, channelId } = this.options;
    store(act)
      .catch((error: unknown) =>
        log.warn({ channel: channelId, act: act.act, reason: reason(error) }, "room acts later"),
      )
      .finally(() => {
        this.#doing = false;
        this.#watchDue(RETRY_MS);
      });
  }

  /** Looks once a second, until the room is still. */
  #watchHeat() {
    if (this.#cooling) return;
    this.#cooling = true;
    this.#timer(1_000, () => {
      this.#cooling = false;
      const { autoSlow, autoSlowMs } = this.options.settings();
      if (!autoSlow) return;
      const nowMs = this.options.clock.monoMs();
      const wantedMs = this.#hot.next(nowMs, autoSlowMs);
      if (wantedMs !== autoSlowMs) this.#do({ act: "settings", change: { autoSlowMs: wantedMs } });
      if (autoSlowMs > 0 || wantedMs > 0 || !this.#hot.isStill(nowMs)) this.#watchHeat();
    });
  }

  #timer(ms: number, ring: () => void) {
    if (this.#stopped) return;
    const cancel = this.options.clock.timer(Math.max(0, ms), () => {
      this.#cancels.delete(cancel);
      ring();
    });
    this.#cancels.add(cancel);
  }
}

const DONE = () => {};
