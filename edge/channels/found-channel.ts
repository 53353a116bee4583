// What media requests and chat sockets need to know of a channel.

import type { Visibility } from "#schema/queries/channels/channel-names.ts";

export interface FoundChannel {
  id: string;
  ownerUserId: string;
  visibility: Visibility;
  /** Playback tokens of another version do not count. */
  playbackVersion: number;
  displayName: string;
  title: string;
  live: boolean;
}
