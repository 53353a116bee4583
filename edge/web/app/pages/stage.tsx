// The place of the picture on a page about a channel: the player, or why there is none.

import { useEffect, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Theatre } from "../player/controls.tsx";
import type { HeadStart } from "../player/early/head-start.ts";
import { wantedLatency } from "../player/latency-mode.ts";
import { Player } from "../player/player.tsx";
import type { ChatBeside } from "../player/use-fullscreen.ts";
import type { PlaybackRightHere } from "../player/use-playback-right.ts";
import { location } from "../router.ts";
import { call, session } from "../session.ts";
import { lazyPart } from "../ui/lazy.tsx";
import { thumbnailBeside } from "../ui/thumbnail.tsx";
import type { ChannelWatcher } from "./channel-watcher.ts";
import type { EndedProps } from "./ended.tsx";
import type { OffAirProps } from "./off-air.tsx";
import { useShown } from "./shown-broadcast.ts";
import { Away, Loading } from "./stage-cards.tsx";
import { stageSentence, stageState } from "./stage-state.ts";
import type { SuspendedProps } from "./suspended.tsx";
import { useSpoken } from "./use-spoken.ts";

const Ended = lazyPart<EndedProps>(async () => (await import("./ended.tsx")).Ended);
const OffAir = lazyPart<OffAirProps>(async () => (await import("./off-air.tsx")).OffAir);
const Suspended = lazyPart<SuspendedProps>(async () => (await import("./suspended.tsx")).Suspended);
const Restricted = lazyPart(async () => (await import("./restricted.tsx")).Restricted);

interface StageProps {
  /** Null until it is loaded. */
  channel: ChannelView | null;
  watcher: ChannelWatcher;
  start: HeadStart;
  playback: PlaybackRightHere;
  /** Begins without sound; the viewer may turn it on. */
  startsMuted?: boolean;
  /** Null: the page has no theatre mode. */
  theatre: Theatre | null;
  /** Null: no chat that can be hidden. */
  chat: ChatBeside | null;
  hasChat: boolean;
}

export function Stage({ channel, watcher, start, playback, startsMuted = false, theatre, chat, hasChat }: StageProps) {
  const { right, url } = playback;
  const box = useRef<HTMLDivElement>(null);
  const { shown, rewound, ended, over } = useShown(channel, url, start, box);
  const needs = right.state.value.phase === "refused" ? right.state.value.needs : null;
  const state = stageState({ channel, needs, hasPicture: shown !== null, over });
  const isAway = watcher.isAway.value;
  useEffect(() => {
    if (state.phase === "picture" && state.kind === "over") Ended.preload();
  });
  const spoken = useSpoken(stageSentence(state, channel?.displayName ?? ""), isAway);
  const isOwner = session.value.phase === "in" && session.value.user.login === channel?.login;
  const goLive = async () => {
    await call(`/channels/${channel?.login}/broadcast/start`, { method: "POST" });
    await watcher.load();
  };
  return (
    <div class="stage" ref={box}>
      {state.phase === "picture" && shown ? (
        <Player
          url={shown.url}
          early={start.early}
          begun={start.engine}
          broadcastId={shown.broadcastId}
          posterUrl={state.kind === "preview" ? null : thumbnailBeside(shown.url)}
          name={channel?.displayName ?? ""}
          startedAt={state.kind === "preview" ? null : (channel?.live?.startedAt ?? null)}
          lost={state.kind === "lost"}
          over={state.kind === "over"}
          rewinds={channel?.live?.dvrUrl != null}
          preview={state.kind === "preview"}
          goLive={isOwner ? goLive : null}
          latency={wantedLatency(location.value.search)}
          realtime={channel?.live == null || channel.live.whepUrl !== null}
          startsMuted={startsMuted}
          theatre={theatre}
          chat={chat}
          onRewound={rewound}
          onEnded={ended}
          onDenied={() => {
            if (right.denied()) void watcher.load();
          }}
        />
      ) : channel && state.phase === "suspended" ? (
        <Suspended channel={channel} suspension={state.suspension} />
      ) : channel && state.phase === "restricted" ? (
        <Restricted channel={channel} right={right} needs={state.needs} />
      ) : channel && state.phase === "ended" && over ? (
        <Ended channel={channel} over={over} />
      ) : channel && state.phase === "off-air" ? (
        <OffAir channel={channel} hasChat={hasChat} />
      ) : isAway ? null : (
        <Loading />
      )}
      {isAway ? <Away watcher={watcher} isAlone={state.phase === "loading"} /> : null}
      <p class="sr-only" role="status">
        {spoken}
      </p>
    </div>
  );
}
