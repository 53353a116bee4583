// The place of the picture on a page about a channel: the player, or why there is none.

import { useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Theatre } from "../player/controls.tsx";
import type { HeadStart } from "../player/early/head-start.ts";
import { wantedLatency } from "../player/latency-mode.ts";
import { type ChatBeside, Player } from "../player/player.tsx";
import type { PlaybackRightHere } from "../player/use-playback-right.ts";
import { location } from "../router.ts";
import { session } from "../session.ts";
import { thumbnailBeside } from "../ui/thumbnail.tsx";
import type { ChannelWatcher } from "./channel-watcher.ts";
import { OffAir } from "./off-air.tsx";
import { Restricted } from "./restricted.tsx";
import { useShown } from "./shown-broadcast.ts";
import { Away, Ended, Loading, Suspended } from "./stage-cards.tsx";

interface StageProps {
  /** Null until it is loaded. */
  channel: ChannelView | null;
  watcher: ChannelWatcher;
  start: HeadStart;
  playback: PlaybackRightHere;
  /** Null: the page has no theatre mode. */
  theatre: Theatre | null;
  /** Null: no chat that can be hidden. */
  chat: ChatBeside | null;
  hasChat: boolean;
}

export function Stage({ channel, watcher, start, playback, theatre, chat, hasChat }: StageProps) {
  const { right, url } = playback;
  const box = useRef<HTMLDivElement>(null);
  const { shown, ended, over } = useShown(channel, url, start, box);
  const refused = right.state.value.phase === "refused" ? right.state.value : null;
  const phase = channel?.live?.phase;
  const isOwner = session.value.phase === "in" && session.value.user.login === channel?.login;
  return (
    <div class="stage" ref={box}>
      {channel?.suspension ? (
        <Suspended channel={channel} suspension={channel.suspension} />
      ) : channel?.live && refused ? (
        <Restricted channel={channel} right={right} needs={refused.needs} />
      ) : shown ? (
        <Player
          url={shown.url}
          early={start.early}
          begun={start.engine}
          broadcastId={shown.broadcastId}
          posterUrl={phase === "preview" ? null : thumbnailBeside(shown.url)}
          name={channel?.displayName ?? ""}
          startedAt={phase === "preview" ? null : (channel?.live?.startedAt ?? null)}
          lost={phase === "lost"}
          over={channel !== null && phase === undefined}
          preview={phase === "preview"}
          startPage={isOwner ? "/dashboard" : null}
          latency={wantedLatency(location.value.search)}
          theatre={theatre}
          chat={chat}
          onEnded={ended}
          onDenied={() => {
            if (right.denied()) void watcher.load();
          }}
        />
      ) : channel && !channel.live ? (
        over ? (
          <Ended channel={channel} over={over} />
        ) : (
          <OffAir channel={channel} hasChat={hasChat} />
        )
      ) : watcher.isAway.value ? null : (
        <Loading />
      )}
      {watcher.isAway.value ? <Away watcher={watcher} isAlone={!channel && !shown} /> : null}
    </div>
  );
}
