// What one can do with a channel besides following it: make a clip of what is live, share it, and the rest in a menu.

import type { ChannelView } from "#schema/api/channels.ts";
import type { Room } from "../chat/room.ts";
import { session } from "../session.ts";
import { lazyPart } from "../ui/lazy.tsx";
import { ChannelMore } from "./channel-more.tsx";
import { Share } from "./share.tsx";

const ClipButton = lazyPart(async () => (await import("../clips/clips.ts")).ClipButton);

export const ChannelActs = ({ channel, room }: { channel: ChannelView; room: Room }) => (
  <div class="meta-more">
    <ClipLive channel={channel} />
    <Share channel={channel} />
    <ChannelMore channel={channel} room={room} />
  </div>
);

/** Of a broadcast that is recorded, where the channel allows it. */
export function ClipLive({ channel: { login, live, record, clips } }: { channel: ChannelView }) {
  const now = session.value;
  const isOwn = now.phase === "in" && now.user.login === login;
  if (!live || live.phase === "preview" || !record || !(clips || isOwn)) return null;
  return <ClipButton clipped={() => ({ login, videoId: live.broadcastId, atMs: null })} />;
}
