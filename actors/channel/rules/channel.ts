// A channel at a glance: its state, messages, timers and children.
//
//   offline ── publish ──► starting ── first full segment ──► live
//    │▲ ▲                 ▲ │  ▲ ▲                             │ │
//    ││ └── encoder gone ◄┼─┘  │ └──── newer publisher ◄───────┘ │
//    ││   (nothing shown)  │    └── publish ── lost ◄── encoder gone
//    │└────────────────────┼──── 90 s ──────────┘
//    └── publish, to be ───┴ start, with a broadcast of its own
//        seen first: preview
//
// When the intake ends, a new attempt begins within its phase. A source that cannot be shown pauses the attempts and keeps its phase.
// In `lost` the pull goes on, so that an encoder that comes back to the same nginx continues it: same attempt, same init, a hole as long as
// it was away. The ladder's FFmpeg has a life of its own, which marks nothing but the ladder.
// A node asks another node to take the channel when its attempts get nothing from nginx, or when nginx does not answer.

import type { Actor, Runs } from "#runtime/actor/actor.ts";
import type { SavedMedia } from "#transcoding/packager/numbers/saved.ts";
import type { AwakeChannel, EquippedChild } from "../children/child.ts";
import { afterAbsence } from "./absence.ts"; // what became of it while nobody ran it
import { decide } from "./decide.ts"; // what follows from each message
import { evolve } from "./evolve.ts"; // what each event changes
import type { BroadcastLimits } from "./limits.ts";
import type { Effect, Message } from "./messages.ts";
import { targetsDueMs } from "./restream.ts";
import {
  broadcastOf,
  type Event,
  initial,
  isOnAir,
  isReady,
  type OnAirState,
  type Pause,
  pullOf,
  type Session,
  type State,
  type Unfit,
} from "./state.ts"; // the fields of each phase
import { revivedRestream } from "./target-runs.ts";

/** The publish hook is answered after this time even if our pull is not attached: nginx itself waits 4 s. */
const PULL_ATTACHED_MS = 1_500;
/** The streamer is told after this time without a full segment. */
const PICTURE_MS = 20_000;

/** One for all channels of a node. */
export interface ChannelOptions {
  /** All children of a channel, in starting order. */
  children: readonly EquippedChild[];
  /** How long the broadcast waits for a lost encoder. */
  graceMs: number;
  limits: BroadcastLimits;
  /** Time since the store's clock read `atMs`, or more, whatever steps back the clock made meanwhile. Default: the difference. */
  sinceMs?(atMs: number): number;
}

/** The channel that these rules decide for. */
export interface ChannelSelf extends AwakeChannel {
  announce(): void;
  /** Asks another node to take the channel. `pulls fail`: only if nginx lists the encoder. `nginx is silent`: also if nginx does not answer. */
  handElsewhere(session: Session, why: Unfit): Promise<void>;
}

/** Highest number that an owner may still list after it has handed over. Its successor begins above it. */
export const lastNumberOf = ({ headNumber }: SavedMedia) => headNumber + 2;

export class Channel implements Actor<State, Message, Event, Effect> {
  constructor(
    private readonly options: ChannelOptions,
    private readonly channel: ChannelSelf,
  ) {}

  initial() {
    return initial();
  }

  decide(state: State, message: Message, nowMs: number) {
    return decide(state, message, nowMs, this.options.limits);
  }

  evolve(state: State, event: Event) {
    return evolve(state, event);
  }

  /** The state of a new owner. Its numbers begin above all numbers of earlier owners (design §4.8). It ends a pause that is not for good, and
   *  the wait for the first picture starts again: the earlier failures may not have been the source's fault. */
  revive(saved: unknown, { nowMs, sinceSavedMs }: { nowMs: number; sinceSavedMs: number }): State {
    const { graceMs } = this.options;
    const state = afterAbsence(revived(withoutConnections(saved as State), nowMs), { nowMs, sinceSavedMs, graceMs });
    const broadcast = broadcastOf(state);
    if (!broadcast?.media) return state;
    // The last save may be newer than the last number, and have reached the store late.
    const { sinceMs = (atMs: number) => nowMs - atMs } = this.options;
    const openedMs = Math.max(sinceMs(nowMs - sinceSavedMs), sinceMs(broadcast.headAtMs ?? nowMs));
    const sinceOpenedMs = Math.max(sinceSavedMs, openedMs);
    const aboveSaved = lastNumberOf(broadcast.media) + Math.max(1, Math.ceil(sinceOpenedMs / 1000));
    // The last owner may have saved before it opened a number: numbers that it reserved for an earlier owner must stay unused.
    const startNumber = Math.max(aboveSaved, broadcast.startNumber);
    const renumbered = { ...broadcast, startNumber };
    if (state.phase !== "offline") return { ...state, broadcast: renumbered };
    return { ...state, over: state.over && { ...state.over, broadcast: renumbered } };
  }

  /** Timers and children are a function of the state: leaving a phase stops what ran in it. */
  runs(state: State, wanted: ReadonlySet<string>): Runs<Message> {
    const children = this.options.children.flatMap((child) => child({ state, wanted }, this.channel));
    return { timers: timersOf(state, this.options), children: Object.fromEntries(children) };
  }

  perform(effect: Effect) {
    const { channel } = this;
    return effect.type === "announce" ? channel.announce() : channel.handElsewhere(effect.session, effect.why);
  }

  reads(message: Message) {
    return message.type === "health" || message.type === "targets";
  }

  /** A channel must be awake on some node while it is on air or has work left to do. */
  wakeAtMs(state: State): number | null {
    const settled =
      state.phase === "offline" &&
      !state.over &&
      state.dropping.length + state.unrecorded.length + (state.unfinished?.length ?? 0) === 0;
    return settled ? null : 0;
  }
}

/** The connections to targets were the former owner's. */
const withoutConnections = (known: State): State =>
  known.restream ? { ...known, restream: revivedRestream(known.restream) } : known;

/** No child of the former owner runs here. */
function revived(known: State, nowMs: number): State {
  if (isOnAir(known)) {
    const { ladder: _, ...air } = known; // The intake of this owner chooses the rungs again.
    return { ...air, waitsSinceMs: nowMs, pullsFailed: 0, pause: forGood(known.pause) };
  }
  if (known.phase !== "lost" || !known.kept) return known;
  const { attempt, firstAttempt } = known.kept;
  return { ...known, kept: { attempt, attached: false, ...(firstAttempt !== undefined && { firstAttempt }) } };
}

function timersOf(state: State, { graceMs, limits }: ChannelOptions): NonNullable<Runs<Message>["timers"]> {
  const timers: NonNullable<Runs<Message>["timers"]> = {};
  if (state.phase === "offline") {
    if (state.over) timers.over = { dueMs: state.over.untilMs, rings: { type: "overForgotten" } };
    return timers;
  }
  const { handedOver, liveAtMs } = state.broadcast;
  if (handedOver) timers.handedOver = { dueMs: handedOver.untilMs, rings: { type: "handedOverLate" } };
  if (liveAtMs !== null && limits.durationMsMax > 0)
    timers.duration = { dueMs: liveAtMs + limits.durationMsMax, rings: { type: "durationOver" } };
  const targetsDue = targetsDueMs(state);
  if (targetsDue !== null) timers.targets = { dueMs: targetsDue, rings: { type: "targetsDue" } };
  const ladderPause = pullOf(state)?.ladder?.pause;
  if (ladderPause) timers.ladder = { dueMs: ladderPause.untilMs, rings: { type: "ladderDue" } };
  if (state.phase === "lost") {
    timers.grace = { dueMs: state.sinceMs + graceMs, rings: { type: "graceOver" } };
    return timers;
  }
  const { session, pause, warnedUntilMs = {} } = state;
  if (state.awaitsPull) timers.pull = { dueMs: session.publishedAtMs + PULL_ATTACHED_MS, rings: { type: "pullLate" } };
  if (pause?.untilMs) timers.retry = { dueMs: pause.untilMs, rings: { type: "retryDue" } };
  if (!pause && !state.problem && waitsForPicture(state))
    timers.picture = { dueMs: state.waitsSinceMs + PICTURE_MS, rings: { type: "noPictureLate" } };
  const untilMs = Math.min(...Object.values(warnedUntilMs));
  if (Number.isFinite(untilMs)) timers.warning = { dueMs: untilMs, rings: { type: "warningOver" } };
  return timers;
}

const waitsForPicture = (state: OnAirState) =>
  state.phase === "starting" || (state.phase === "preview" && !isReady(state));

const forGood = (pause: Pause | null) => (pause?.untilMs === null ? pause : null);
