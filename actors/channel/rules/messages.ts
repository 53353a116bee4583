// The messages that a channel receives from edges, children and timers, and the effects of its decisions.

import type { Decision } from "#runtime/actor/actor.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import type { ChannelRequest } from "#schema/wire/channel.ts";
import type { TargetFault } from "#schema/wire/targets.ts";
import type { ClockState } from "#transcoding/intake/clock-state.ts";
import type { IntakeFact } from "#transcoding/intake/facts.ts";
import type { SavedMedia, SourceInfo } from "#transcoding/packager/numbers/saved.ts";
import type { Event, Session, Unfit, Unplayable } from "./state.ts";
import type { ListedTarget, TargetRef } from "./target-runs.ts";

/** Random values that `publish` and `start` may need; made outside, since rules are pure. */
export interface Fresh {
  publicName: string;
  pullToken: string;
  broadcastId: string;
}

export type Publish = Extract<ChannelRequest, { type: "publish" }>;
type Told = Exclude<ChannelRequest, { type: "publish" | "start" | "play" | "describe" }>;

/** The pull that a message is about; late messages of an old pull are ignored. */
export interface PullRef {
  publicName: string;
  attempt: number;
}

export type Message =
  | (Publish & { fresh: Fresh })
  | { type: "start"; fresh: Fresh }
  | Told
  /** Our own pull is attached to nginx. */
  | { type: "pulled"; publicName: string }
  | ({ type: "ready" } & PullRef)
  /** Another node is about to own the channel. Intake and packager continue here for a while, readable at `origin`. */
  | { type: "handOver"; origin: string }
  | { type: "listed"; broadcastId: string }
  | { type: "numberOpened"; broadcastId: string; number: number }
  | { type: "segmentClosed"; broadcastId: string; media: SavedMedia; viewers: number }
  | { type: "sourceSeen"; publicName: string; info: SourceInfo }
  | { type: "warned"; publicName: string; problem: SourceProblem }
  /** The cause of a warning is gone. */
  | { type: "unwarned"; publicName: string; code: SourceProblem["code"] }
  /** What the intake found out about the source. */
  | { type: "sourceFact"; publicName: string; fact: IntakeFact }
  /** The session's clock has moved in a way that the next intake must know. */
  | { type: "clockMoved"; publicName: string; clock: ClockState }
  /** The source cannot be shown as it is. The intake still runs and must be stopped. */
  | ({ type: "attemptFailed"; problem: SourceProblem } & PullRef)
  /** The intake ended without being asked to. `pulled` false: nginx sent nothing. */
  | ({ type: "intakeEnded"; problem: SourceProblem | null; pulled: boolean } & PullRef)
  /** The picture of this session arrives. Sent once for each session and attempt. */
  | { type: "pictureSeen"; session: string; attempt: number }
  /** Sound comes, but no picture any more (`stopped`), or the encoder has never sent one (`never`). */
  | { type: "pictureMissing"; session: string; attempt: number; why: "stopped" | "never" }
  /** The rungs for this source; `short`: the node cannot afford more, see ladder.ts. `unplayable`: why browsers cannot play the source;
   *  null: they can. */
  | ({ type: "ladderChosen"; rungs: string[]; short: boolean; unplayable: Unplayable | null } & PullRef)
  | ({ type: "ladderEnded"; run: number } & PullRef)
  /** This run has encoded as fast as the source comes for a while. Told once. */
  | ({ type: "ladderKeptUp"; run: number } & PullRef)
  | { type: "encoderGone"; session: string }
  /** nginx lists the encoder. Told once for each owner. */
  | { type: "encoderSeen"; session: string }
  /** nginx does not answer this node. */
  | { type: "ingestSilent"; session: string }
  | { type: "dropped"; publicName: string }
  | { type: "recorded"; broadcastId: string }
  /** Nothing is left to do for the recording of an ended broadcast. */
  | { type: "kept"; broadcastId: string }
  /** The channel's targets that are switched on, in their order. */
  | { type: "targetsListed"; broadcastId: string; targets: ListedTarget[] }
  /** The target takes the stream. */
  | ({ type: "targetUp"; target: TargetRef } & PullRef)
  /** The connection to a target failed, or ended without being asked to. */
  | { type: "targetEnded"; target: TargetRef; why: TargetFault }
  | { type: "targetsDue" }
  | {
      type:
        | "pullLate"
        | "noPictureLate"
        | "retryDue"
        | "ladderDue"
        | "warningOver"
        | "durationOver"
        | "graceOver"
        | "overForgotten"
        | "handedOverLate";
    };

export type Effect =
  | { type: "announce" }
  /** See ChannelSelf.handElsewhere. */
  | { type: "handElsewhere"; session: Session; why: Unfit };

export type Outcome = Decision<Event, Effect>;
