// What may be said to a channel actor, and what it says to the world. Edge and actor both read this file.

import type { Phase } from "../api/broadcasts.ts";

/** One RTMP connection of an encoder: unique over ingests and over restarts of nginx. */
export interface SessionRef {
  /** Which nginx-rtmp, as in the INGESTS setting. */
  ingest: string;
  /** UUID of that nginx' start; clientids begin at 1 again with each. */
  boot: string;
  clientId: string;
}

export const sessionKey = ({ ingest, boot, clientId }: SessionRef) => `${ingest}/${boot}/${clientId}`;

/** Asked at `actor.channel.<id>`. What begins with `room.` goes to the room (room.ts). */
export type ChannelRequest =
  /** An encoder with a valid key. Idempotent per session. `hookAtMs`: when nginx asked, by its machine's clock.
   *  Answer: PublishAnswer, once our own pull is attached or 1.5 s have gone; refusal `take_over_limit`. */
  | { type: "publish"; session: SessionRef; hookAtMs?: number; remoteAddress: string; encoder: string }
  /** nginx says the session is over. Answer: null. */
  | { type: "publishDone"; session: SessionRef }
  /** nginx asks whether this player may pull. Answer: {allow}. */
  | { type: "play"; ingest: string; boot: string; clientId: string; publicName: string; token: string }
  /** Answer: ChannelStatus. */
  | { type: "describe" }
  /** Answer: BroadcastHealth. For the channel's owner and editors. */
  | { type: "health" }
  /** Ends the broadcast and drops the encoder. Answer: null; refusal `not_publishing`. */
  | { type: "stop" };

export interface PublishAnswer {
  /** The name nginx is to rename the stream to (RTMP 302). Never the key. */
  publicName: string;
}

/** Published at `channel.<id>.status`; the answer to `describe`. */
export interface ChannelStatus {
  channelId: string;
  /** Who knows a higher epoch ignores this. */
  epoch: number;
  phase: Phase;
  /** Null while there is nothing to watch. */
  broadcastId: string | null;
  startedAt: string | null;
  /** `http://host:port` of the origin whose packager holds the broadcast; null when nothing is playable. */
  origin: string | null;
  /** The broadcast is over and its playlists, with ENDLIST, are kept a little while. */
  ended: boolean;
  /** The room's highest `seq`; uncovers a lost last batch. */
  headSeq: number;
  viewers: number;
}

/** Published at `channel.<id>.viewers` by each edge that has sockets in the room: on change and every 2 s. */
export interface ViewersReport {
  edge: string;
  count: number;
}
