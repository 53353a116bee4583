// The streamer's own picture, without sound at first: the streamer hears the original.

import type { ChannelView } from "#schema/api/channels.ts";
import { Player } from "../player/player.tsx";
import { usePlaybackRight } from "../player/use-playback-right.ts";
import { words } from "../words/studio.ts";

/** `channel` null: not known yet. */
export function Preview({ login, channel }: { login: string; channel: ChannelView | null }) {
  const { right, url } = usePlaybackRight(login, channel);
  const live = channel?.live ?? null;
  return (
    <div class="preview">
      {live && url ? (
        <Player
          url={url}
          early={null}
          begun={null}
          posterUrl={null}
          broadcastId={live.broadcastId}
          name={channel?.displayName ?? login}
          startedAt={live.startedAt}
          lost={live.phase === "lost"}
          over={false}
          preview={live.phase === "preview"}
          startsMuted
          theatre={null}
          onEnded={() => {}}
          onDenied={() => void right.denied()}
        />
      ) : (
        <p class="preview-wait" role="status">
          {words.pictureOnItsWay}
        </p>
      )}
    </div>
  );
}
