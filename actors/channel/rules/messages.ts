// The messages that a channel receives from edges, children and timers, and the effects of its decisions.

import type { Decision } from "#runtime/actor/actor.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import type { ChannelRequest } from "#schema/wire/channel.ts";
import type { SavedMedia, SourceInfo } from "#transcoding/packager/numbers/saved.ts";
import type { Event, Session, Unfit } from "./state.ts";

/** Random values that `publish` may need; made outside, since rules are pure. */
export interface Fresh {
  publicName: string;
  pullToken: string;
  broadcastId: string;
}

export type Publish = Extract<ChannelRequest, { type: "publish" }>;
type Told = Exclude<ChannelRequest, { type: "publish" | "play" | "describe" }>;

export type Message =
  | (Publish & { fresh: Fresh })
  | Told
  /** Our own FFmpeg is attached to nginx. */
  | { type: "pulled"; publicName: string }
  | { type: "ready"; session: string; attempt: number }
  /** Another node is about to own the channel. FFmpeg and packager continue here for a while, readable at `origin`. */
  | { type: "handOver"; origin: string }
  | { type: "listed"; broadcastId: string }
  | { type: "numberOpened"; broadcastId: string; number: number }
  | { type: "segmentClosed"; broadcastId: string; media: SavedMedia }
  | { type: "sourceSeen"; session: string; info: SourceInfo }
  | { type: "warned"; session: string; problem: SourceProblem }
  /** The packager cannot show what the source sends. FFmpeg still runs and must be stopped. */
  | { type: "attemptFailed"; session: string; attempt: number; problem: SourceProblem }
  /** FFmpeg ended without being asked to. `pulled` false: nginx sent nothing. */
  | { type: "transcoderExited"; session: string; attempt: number; problem: SourceProblem | null; pulled: boolean }
  | { type: "encoderGone"; session: string }
  /** nginx does not answer this node. */
  | { type: "ingestSilent"; session: string }
  | { type: "dropped"; publicName: string }
  | { type: "recorded"; broadcastId: string }
  | { type: "pullLate" | "noPictureLate" | "retryDue" | "graceOver" | "overForgotten" | "handedOverLate" };

export type Effect =
  | { type: "announce" }
  /** See ChannelSelf.handElsewhere. */
  | { type: "handElsewhere"; session: Session; why: Unfit };

export type Outcome = Decision<Event, Effect>;
