// What one can do with a channel besides following it: make a clip of what is live, share it, and the rest in a menu.

import type { ChannelView } from "#schema/api/channels.ts";
import type { Room } from "../chat/room.ts";
import { session } from "../session.ts";
import { lazyPart } from "../ui/lazy.tsx";
import { ChannelMore } from "./channel-more.tsx";
import { Share } from "./share.tsx";

const ClipButton = lazyPart(async () => (await import("../clips/clips.ts")).ClipButton);

export function ChannelActs({ channel, room }: { channel: ChannelView; room: Room }) {
  const { login, live, record, clips } = channel;
  const now = session.value;
  const isOwn = now.phase === "in" && now.user.login === login;
  const onAir = live && live.phase !== "preview" ? live : null;
  return (
    <div class="meta-more">
      {onAir && record && (clips || isOwn) ? (
        <ClipButton clipped={() => ({ login, videoId: onAir.broadcastId, atMs: null })} />
      ) : null}
      <Share channel={channel} />
      <ChannelMore channel={channel} room={room} />
    </div>
  );
}
