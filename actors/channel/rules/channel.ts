// A channel at a glance: its state, messages, timers and children.
//
//   offline ── publish ──► starting ── first full segment ──► live
//     ▲ ▲                   │  ▲ ▲                             │ │
//     │ └── encoder gone ◄──┘  │ └──── newer publisher ◄───────┘ │
//     │   (nothing was shown)  └── publish ── lost ◄── encoder gone
//     └───────────────────── 90 s ───────────┘
//
// FFmpeg that ends is a new attempt within `starting` or `live`. A source that cannot be shown pauses the attempts and keeps its phase.
// A node whose attempts get nothing out of nginx, or that hears nothing of it, asks for another one.

import type { Actor, Child, Runs, Self } from "#runtime/actor/actor.ts";
import { type ChannelStatus, type Phase, sessionKey } from "#schema/wire/channel.ts";
import type { SavedMedia } from "#transcoding/packager/numbers/saved.ts";
import { decide, type Effect, type Message } from "./decide.ts"; // what each message brings about
import {
  type Broadcast,
  type Event,
  evolve,
  initial,
  isOnAir,
  type OnAir,
  type Pause,
  type Session,
  type State,
  type Unfit,
} from "./state.ts"; // what is true

/** The publish hook is answered after this even if our pull is not attached: nginx itself waits 4 s. */
const PULL_ATTACHED_MS = 1_500;
/** No full segment after so long: the streamer is told. */
const PICTURE_MS = 20_000;

/** What a channel needs of the world. Production wires it in world.ts, a test hands in fakes. */
export interface ChannelWorld {
  /** Keeps the broadcast's parts and segments, over all its sessions and attempts. */
  startPackager(broadcast: Broadcast, self: Self<Message>): Child;
  /** The broadcast is over: its playlists end with ENDLIST. */
  startEnder(broadcastId: string): Child;
  startTranscoder(air: OnAir, self: Self<Message>): Child;
  /** Tells `encoderGone` when nginx does not list the session any more, `ingestSilent` when it does not answer. */
  startEncoderWatch(session: Session, self: Self<Message>): Child;
  /** Drops the session at nginx until it is gone, then tells `dropped`. */
  startDropper(session: Session, self: Self<Message>): Child;
  /** Writes the broadcast down in the directory until that has worked; tells `recorded` once it is over. */
  startRegistrar(entry: DirectoryEntry, self: Self<Message>): Child;
  announce(): void;
  /** Another node is asked to take the channel, if nginx says that it has that encoder, or says nothing, as `why` has it. */
  handElsewhere(session: Session, why: Unfit): Promise<void>;
}

/** What an owner that was handed over may go on to: its successor begins above it. */
export const lastNumberOf = ({ headNumber }: SavedMedia) => headNumber + 2;

export interface DirectoryEntry {
  broadcastId: string;
  phase: "live" | "lost" | "ended";
  liveAtMs: number;
  endedAtMs: number | null;
}

export class Channel implements Actor<State, Message, Event, Effect> {
  constructor(
    private readonly world: ChannelWorld,
    private readonly graceMs: number,
  ) {}

  readonly initial = initial;
  readonly decide = decide;
  readonly evolve = evolve;

  /** A new owner: its numbers begin where no earlier owner's can be (design §4.8), and it tries at once and waits anew for the first
   *  picture: what the last one could not show for a while was perhaps not the source's fault. */
  revive(saved: unknown, { nowMs, sinceSavedMs }: { nowMs: number; sinceSavedMs: number }): State {
    const known = saved as State;
    const state = isOnAir(known)
      ? { ...known, waitsSinceMs: nowMs, pullsFailed: 0, pause: forGood(known.pause) }
      : known;
    const broadcast = broadcastOf(state);
    if (!broadcast?.media) return state;
    const aboveSaved = lastNumberOf(broadcast.media) + Math.max(1, Math.ceil(sinceSavedMs / 1000));
    // The last owner may have saved, and not yet opened a number: what it left free for the one before it stays free.
    const startNumber = Math.max(aboveSaved, broadcast.startNumber);
    const renumbered = { ...broadcast, startNumber };
    if (state.phase !== "offline") return { ...state, broadcast: renumbered };
    return { ...state, over: state.over && { ...state.over, broadcast: renumbered } };
  }

  /** Timers and children are a function of the state: leave a phase, and what it ran is stopped. */
  runs(state: State): Runs<Message> {
    const children: NonNullable<Runs<Message>["children"]> = {};
    const timers: NonNullable<Runs<Message>["timers"]> = {};
    const { world } = this;

    for (const session of state.dropping)
      children[`dropper ${session.publicName}`] = {
        key: session.publicName,
        start: (self) => world.startDropper(session, self),
      };
    for (const { id, liveAtMs, endedAtMs } of state.unrecorded)
      children[`ended ${id}`] = {
        key: id,
        start: (self) => world.startRegistrar({ broadcastId: id, phase: "ended", liveAtMs, endedAtMs }, self),
      };

    if (state.phase === "offline") {
      if (!state.over) return { children, timers };
      const { broadcast, untilMs } = state.over;
      children.packager = { key: broadcast.id, start: (self) => world.startPackager(broadcast, self) };
      children.ender = { key: broadcast.id, start: () => world.startEnder(broadcast.id) };
      timers.over = { dueMs: untilMs, rings: { type: "overForgotten" } };
      return { children, timers };
    }

    const { broadcast } = state;
    children.packager = { key: broadcast.id, start: (self) => world.startPackager(broadcast, self) };
    const { liveAtMs } = broadcast;
    if (liveAtMs !== null) {
      const phase = shownPhase(state) === "live" ? "live" : "lost";
      children.registrar = {
        key: `${broadcast.id} ${phase}`,
        start: (self) => world.startRegistrar({ broadcastId: broadcast.id, phase, liveAtMs, endedAtMs: null }, self),
      };
    }
    if (broadcast.handedOver)
      timers.handedOver = { dueMs: broadcast.handedOver.untilMs, rings: { type: "handedOverLate" } };
    if (state.phase === "lost") {
      timers.grace = { dueMs: state.sinceMs + this.graceMs, rings: { type: "graceOver" } };
      return { children, timers };
    }

    const { session, attempt, pause } = state;
    children.encoderWatch = { key: sessionKey(session), start: (self) => world.startEncoderWatch(session, self) };
    if (!pause)
      children.transcoder = {
        key: `${sessionKey(session)}#${attempt}`, // A new attempt is a new process.
        start: (self) => world.startTranscoder(state, self),
      };
    if (state.awaitsPull)
      timers.pull = { dueMs: session.publishedAtMs + PULL_ATTACHED_MS, rings: { type: "pullLate" } };
    if (pause?.untilMs) timers.retry = { dueMs: pause.untilMs, rings: { type: "retryDue" } };
    if (!pause && state.phase === "starting")
      timers.picture = { dueMs: state.waitsSinceMs + PICTURE_MS, rings: { type: "noPictureLate" } };
    return { children, timers };
  }

  perform(effect: Effect) {
    return effect.type === "announce" ? this.world.announce() : this.world.handElsewhere(effect.session, effect.why);
  }

  reads(message: Message) {
    return message.type === "health";
  }

  /** On air, and as long as something must still happen, it is awake somewhere. */
  wakeAtMs(state: State): number | null {
    const settled = state.phase === "offline" && !state.over && state.dropping.length + state.unrecorded.length === 0;
    return settled ? null : 0;
  }
}

const forGood = (pause: Pause | null) => (pause?.untilMs === null ? pause : null);

/** What the outside sees: an encoder that comes back within the grace is `lost` until its first picture. */
export function shownPhase(state: State): Phase {
  return state.phase === "starting" && state.broadcast.liveAtMs !== null ? "lost" : state.phase;
}

export const broadcastOf = (state: State): Broadcast | null =>
  state.phase === "offline" ? (state.over?.broadcast ?? null) : state.broadcast;

/** Where viewers read: at this owner's origin, and for a moment after a hand-over still at the last one's. */
export function originOf(state: State, own: string): string | null {
  const broadcast = broadcastOf(state);
  if (!broadcast || broadcast.liveAtMs === null) return null;
  return (state.phase !== "offline" && broadcast.handedOver?.origin) || own;
}

/** The state as viewers' edges are told it. */
export function statusOf(state: State): Pick<ChannelStatus, "phase" | "broadcastId" | "startedAt" | "ended"> {
  const broadcast = broadcastOf(state);
  if (!broadcast || broadcast.liveAtMs === null)
    return { phase: isOnAir(state) ? "starting" : "offline", broadcastId: null, startedAt: null, ended: false };
  return {
    phase: shownPhase(state),
    broadcastId: broadcast.id,
    startedAt: new Date(broadcast.liveAtMs).toISOString(),
    ended: state.phase === "offline",
  };
}
