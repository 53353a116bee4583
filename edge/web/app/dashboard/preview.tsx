// The preview of a broadcast that viewers do not see yet, without sound at first: the streamer hears the original.

import { useEffect, useMemo } from "preact/hooks";
import { ChannelWatcher } from "../pages/channel-watcher.ts";
import { Player } from "../player/player.tsx";
import { usePlaybackRight } from "../player/use-playback-right.ts";

export function Preview({ login }: { login: string }) {
  const watcher = useMemo(() => new ChannelWatcher(login), [login]);
  useEffect(() => {
    watcher.start();
    return () => watcher.stop();
  }, [watcher]);
  const state = watcher.state.value;
  const channel = state.phase === "known" ? state.channel : null;
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
          lost={false}
          over={false}
          preview
          startsMuted
          theatre={null}
          onEnded={() => {}}
          onDenied={() => void right.denied()}
        />
      ) : (
        <p class="preview-wait" role="status">
          The picture is on its way.
        </p>
      )}
    </div>
  );
}
