// Who may watch which broadcast of a channel: the same for playlists, for media by WebSocket, and for WebRTC.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import type { FoundChannel } from "../channels/found-channel.ts";
import type { ChannelWatches } from "../channels/status-watch.ts";
import { type PlaybackRight, playbackRight } from "../playback/rights.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import type { Broadcast } from "./broadcast.ts";
import type { WaitingRequests } from "./collapse.ts";
import type { Broadcasts } from "./registry.ts";
import { isWatchable } from "./watchable.ts";

/** A request for a channel that is just starting waits this long for its first segment. */
const STARTING_MS = 1_000;

export type RightsChannel = Pick<FoundChannel, "id" | "visibility" | "playbackVersion">;

export interface Admitted {
  channel: RightsChannel;
  right: PlaybackRight;
}

interface AdmissionOptions {
  clock: Clock;
  watches: ChannelWatches;
  tokens: Pick<PlaybackTokens, "read">;
  /** Null: no such channel. The name is a login in lower case or an id. */
  findChannel(loginOrId: string): Promise<RightsChannel | null>;
  waiting: WaitingRequests;
  broadcasts: Broadcasts;
}

export class Admission {
  constructor(private readonly options: AdmissionOptions) {}

  /** `token`: the playback token that is shown; null: none. Throws Refusal: `not_found`, `playback_denied`. */
  async find(name: string, token: string | null): Promise<Admitted> {
    const channel = await this.channel(name);
    return { channel, right: playbackRight(this.options, channel, token) };
  }

  /** Throws Refusal `not_found`. */
  async channel(name: string): Promise<RightsChannel> {
    const channel = await this.options.findChannel(name);
    if (!channel) throw new Refusal("not_found");
    return channel;
  }

  /** The present one. Throws Refusal: `offline`, also for a preview that the asker may not watch; the refusal of a channel whose status is
   *  not known. */
  async broadcast(channelId: string, { mayPreview }: Pick<PlaybackRight, "mayPreview">): Promise<Broadcast> {
    const { watches, broadcasts, clock } = this.options;
    let status = await watches.status(channelId);
    if (status.phase === "starting" && !isWatchable(status)) status = await this.#soonWatchable(channelId, status);
    const isPreview = status.phase === "preview";
    if (!isWatchable(status) || (isPreview && !mayPreview)) throw new Refusal("offline");
    const broadcast = broadcasts.use(channelId, status.broadcastId!, clock.monoMs());
    broadcast.isPreview = isPreview;
    return broadcast;
  }

  /** The list of channels may show `live` a moment before the channel's status arrives here. */
  #soonWatchable(channelId: string, known: ChannelStatus): Promise<ChannelStatus> {
    const { waiting, clock, watches } = this.options;
    if (waiting.count >= waiting.countMax) return Promise.resolve(known);
    waiting.count++;
    return new Promise((resolve) => {
      const done = (status: ChannelStatus) => {
        waiting.count--;
        cancel();
        stop();
        resolve(status);
      };
      const cancel = clock.timer(STARTING_MS, () => done(known));
      const stop = watches.watch(channelId, (status) => isWatchable(status) && done(status));
    });
  }
}
