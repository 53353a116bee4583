// Messages to and from a channel actor. Edges and actor nodes share this file.

import type { Phase } from "../api/broadcasts.ts";
import type { PlayersDigest } from "./players.ts";

/** One RTMP connection of an encoder: unique over ingests and over restarts of nginx. */
export interface SessionRef {
  /** Name of the nginx-rtmp, as in the setting INGESTS. */
  ingest: string;
  /** UUID of one start of that nginx. Each start counts clientids from 1. */
  boot: string;
  clientId: string;
}

export const sessionKey = ({ ingest, boot, clientId }: SessionRef) => `${ingest}/${boot}/${clientId}`;

/** Sent to `actor.channel.<id>`. Types that begin with `room.` go to the room (room.ts). */
export type ChannelRequest =
  /** An encoder with a valid stream key. Idempotent per session. `hookAtMs`: time of nginx' request by the clock of its machine. `autoStart`
   *  false: what begins is a preview until `start`; absent: true. Answer: PublishAnswer, once our own pull is attached or after 1.5 s.
   *  Refusal: `take_over_limit`. */
  | {
      type: "publish";
      session: SessionRef;
      hookAtMs?: number;
      autoStart?: boolean;
      remoteAddress: string;
      encoder: string;
    }
  /** nginx reports the end of a session. Answer: null. */
  | { type: "publishDone"; session: SessionRef }
  /** nginx asks whether this player may pull. Answer: {allow}. */
  | { type: "play"; ingest: string; boot: string; clientId: string; publicName: string; token: string }
  /** Answer: ChannelStatus. */
  | { type: "describe" }
  /** For the channel owner and editors. Answer: BroadcastHealth. */
  | { type: "health" }
  /** For the channel owner. Answer: Forwarded[] (targets.ts), in the order of the targets; empty while nothing is forwarded. */
  | { type: "targets" }
  /** The channel's targets have changed: what runs is forwarded as they are now. Answer: null. */
  | { type: "targetsChanged" }
  /** Makes a preview public. Answer: null. Refusal: `not_publishing`. */
  | { type: "start" }
  /** Ends the broadcast and drops the encoder. What publishes again within 10 minutes is a preview, unless `preview` is false: a suspension
   *  refuses encoders by itself while it lasts. Answer: null. Refusal: `not_publishing`. */
  | { type: "stop"; preview?: false };

export interface PublishAnswer {
  /** New name of the stream in nginx (RTMP 302). Never the stream key. */
  publicName: string;
}

/** Published at `channel.<id>.status`. Also the answer to `describe`. */
export interface ChannelStatus {
  channelId: string;
  /** Readers that have seen a higher epoch ignore this status. */
  epoch: number;
  phase: Phase;
  /** Null while there is nothing to watch. */
  broadcastId: string | null;
  startedAt: string | null;
  /** `http://host:port` of the origin that holds the broadcast; null when nothing is playable. */
  origin: string | null;
  /** The broadcast is over; its playlists, with ENDLIST, are still served for a short time. */
  ended: boolean;
  /** The room's highest `seq`. Edges notice by it that they missed the last batch. */
  headSeq: number;
  viewers: number;
}

/** Published at `channel.<id>.viewers` by each edge that watches the channel: on change and every 2 s. */
export interface ViewersReport {
  edge: string;
  /** Viewers at this edge, each person once. */
  count: number;
  /** Of their keys (viewers.ts), so that a person on two edges counts once. Absent: no viewers, or an edge of an earlier release. */
  sketch?: string;
  /** Absent: no player has reported lately. */
  players?: PlayersDigest;
}
