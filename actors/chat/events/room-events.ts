// What happens in a room beside its lines: the pinned line, polls and raids, and modes that end by time. All of it changes by acts, which the
// room stores like those of moderators; what is due by time is an act of the room itself.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { Log } from "#runtime/base/log.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Random } from "#runtime/base/random.ts";
import type { RoomSettings } from "#schema/api/chat.ts";
import type { PollView } from "#schema/api/polls.ts";
import type { StoredEvents } from "#schema/queries/chat/room-events.ts";
import { type Act, type ChatBatch, type Entry, isDeletedBy } from "#schema/wire/room.ts";
import type { EventAct, RoomState, VoteRequest } from "#schema/wire/room-events.ts";
import { nextEndMs } from "#schema/wire/timed-modes.ts";
import type { MadeAct, PendingAct } from "../log/pending.ts";
import type { ChatStore } from "../log/store.ts";
import { AutoSlow } from "./auto-slow.ts";
import { DueActs } from "./due-acts.ts";
import { countingRaid, type GoingOn, openPoll } from "./going-on.ts";
import { makeEvent } from "./make-event.ts";
import { PollCounts } from "./poll-counts.ts";
import { type AskRoom, RaidTeller } from "./raid-teller.ts";
import { Reservations } from "./reservations.ts";

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
  readonly #reserved = new Reservations();
  readonly #gone = new LruMap<string, true>(GONE_MAX);
  readonly #teller: RaidTeller;
  readonly #counts: PollCounts;
  readonly #due: DueActs;
  readonly #autoSlow: AutoSlow;

  constructor(private readonly options: RoomEventsOptions) {
    this.#teller = new RaidTeller(options);
    this.#counts = new PollCounts({
      ...options,
      onCounted: () => {
        this.#number++;
      },
      tell: () => options.publish(this.state),
    });
    this.#due = new DueActs({ ...options, nextMs: () => this.#nextMs(), due: (nowMs) => this.#dueAct(nowMs) });
    this.#autoSlow = new AutoSlow({ ...options, do: (act) => this.#due.do(act) });
  }

  /** Takes what the store has, before anything else is asked. */
  load({ pinned, poll, raid }: StoredEvents) {
    this.#change({ pinned, poll, raid });
    this.#autoSlow.opened();
  }

  get state(): RoomState {
    const { pinned, raid } = this.#going;
    const poll = this.#counted();
    return { epoch: this.options.epoch, number: this.#number, pinned, poll, raid: raid?.view ?? null };
  }

  /** Something is due that the room must be awake for. A mode that ends may end late: lines are judged by its time. */
  get isAwaited() {
    return openPoll(this.#going) !== null || countingRaid(this.#going) !== null || this.#teller.isBusy;
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
        const reopen = await this.#counts.close();
        return (isStored) => {
          if (!isStored) reopen();
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
    const { votes } = this.#counts;
    return makeEvent(act, { channelId, atMs, by, going: this.#going, room: settings(), votes });
  }

  /** A batch, with the state if an act of it has changed it. */
  withState(batch: ChatBatch): ChatBatch {
    if (!this.#isUntold || batch.entries.length === 0) return batch;
    this.#isUntold = false;
    return { ...batch, state: this.state };
  }

  /** An act is stored, of these or of moderation, and the settings are those after it. */
  applied({ entry, going, change }: Pick<MadeAct, "entry" | "going" | "change">) {
    if (entry.kind === "deleted") this.#gone.set((entry.event as { id: string }).id, true);
    if (change.kind === "settings") this.#due.look();
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
    if (poll?.id !== pollId || atMs >= Date.parse(poll.endsAt)) throw new Refusal("poll_over");
    if (!poll.choices[choice]) throw new Refusal("validation_failed", "the poll has no such choice");
    if (this.options.isBanned(userId)) throw new Refusal("forbidden", "you are banned from this room");
    await this.#counts.add({ id, userId, choice, atMs });
    return this.#counted() ?? poll;
  }

  /** A line was taken. */
  said() {
    this.#autoSlow.said();
  }

  /** Forgets what deleted accounts said. */
  erase(userIds: ReadonlySet<string>) {
    const { pinned } = this.#going;
    if (pinned && userIds.has(pinned.line.user.id)) this.#tell({ pinned: null });
  }

  stop() {
    this.#due.stop();
    this.#autoSlow.stop();
    this.#counts.stop();
    this.#teller.stop();
  }

  #change(change: Partial<GoingOn>) {
    const before = openPoll(this.#going);
    this.#going = { ...this.#going, ...change };
    this.#number++;
    const poll = openPoll(this.#going);
    if (poll?.id !== before?.id) this.#counts.follow(poll);
    const { raid } = this.#going;
    if (raid?.view.state === "gone" && change.raid) void this.#teller.tell(raid);
    this.#due.look();
  }

  /** Changes without an entry. */
  #tell(change: Partial<GoingOn>) {
    this.#change(change);
    this.options.publish(this.state);
  }

  #counted(): PollView | null {
    const { poll } = this.#going;
    return poll && openPoll(this.#going) ? this.#counts.counted(poll) : poll;
  }

  /** When something is due next. */
  #nextMs(): number | null {
    const texts = [openPoll(this.#going)?.endsAt, this.#going.pinned?.until];
    const times = texts.map((at) => (at ? Date.parse(at) : null));
    const raidMs = countingRaid(this.#going)?.view.atMs ?? null;
    const due = [...times, raidMs, nextEndMs(this.options.settings())].filter((ms) => ms !== null);
    return due.length === 0 ? null : Math.min(...due);
  }

  #dueAct(nowMs: number): Act | null {
    const { pinned } = this.#going;
    if (pinned?.until && Date.parse(pinned.until) <= nowMs) this.#tell({ pinned: null });
    const poll = openPoll(this.#going);
    const raid = countingRaid(this.#going)?.view;
    if (poll && Date.parse(poll.endsAt) <= nowMs) return { act: "poll-end", pollId: poll.id };
    if (raid && raid.atMs <= nowMs) return { act: "raid-end", raid, state: "gone" };
    const modesEndMs = nextEndMs(this.options.settings());
    return modesEndMs !== null && modesEndMs <= nowMs ? { act: "end-modes" } : null;
  }
}

const DONE = () => {};
