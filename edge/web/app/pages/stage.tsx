// The place of the picture on a page about a channel: the player, or why there is none.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { after } from "../clock.ts";
import type { Theatre } from "../player/controls.tsx";
import type { HeadStart } from "../player/early/head-start.ts";
import { wantedLatency } from "../player/latency-mode.ts";
import { Player } from "../player/player.tsx";
import type { PlaybackRightHere } from "../player/use-playback-right.ts";
import { location } from "../router.ts";
import { Placeholder } from "../ui/placeholder.tsx";
import { thumbnailBeside } from "../ui/thumbnail.tsx";
import type { ChannelWatcher } from "./channel-watcher.ts";
import { Restricted } from "./restricted.tsx";

/** A broadcast that has ended is played to its end, but the player is removed after this time. */
const ENDED_SHOWN_MS = 20_000;

interface StageProps {
  /** Null until it is loaded. */
  channel: ChannelView | null;
  watcher: ChannelWatcher;
  start: HeadStart;
  playback: PlaybackRightHere;
  /** Null: the page has no theatre mode. */
  theatre: Theatre | null;
  hasChat: boolean;
}

export function Stage({ channel, watcher, start, playback, theatre, hasChat }: StageProps) {
  const { right, url } = playback;
  const { shown, ended } = useShown(channel, url, start);
  const refused = right.state.value.phase === "refused" ? right.state.value : null;
  const phase = channel?.live?.phase;
  return (
    <div class="stage">
      {channel?.live && refused ? (
        <Restricted channel={channel} right={right} needs={refused.needs} />
      ) : shown ? (
        <Player
          url={shown.url}
          early={start.early}
          begun={start.engine}
          broadcastId={shown.broadcastId}
          posterUrl={phase === "preview" ? null : thumbnailBeside(shown.url)}
          lost={phase === "lost"}
          over={channel !== null && phase === undefined}
          preview={phase === "preview"}
          latency={wantedLatency(location.value.search)}
          theatre={theatre}
          onEnded={ended}
          onDenied={() => {
            if (right.denied()) void watcher.load();
          }}
        />
      ) : channel && !channel.live ? (
        <OffAir channel={channel} hasChat={hasChat} />
      ) : (
        <div class="stage-empty" />
      )}
    </div>
  );
}

/** What the player needs. Before the channel's data are loaded, the broadcast is not known. */
interface Shown {
  url: string;
  broadcastId: string | null;
  isPreview: boolean;
}

/** The broadcast in the player: the one on air, or one that has just ended, until it has been played to its end. `url` null: not to be played. */
function useShown(channel: ChannelView | null, url: string | null, { early, engine }: HeadStart) {
  const shown = useSignal<Shown | null>(engine ? { url: early.url, broadcastId: null, isPreview: false } : null);
  const known = useRef(false);
  known.current = channel !== null;
  useEffect(() => {
    void early.isOnAir.then((isOnAir) => {
      if (isOnAir && !known.current) shown.value = { url: early.url, broadcastId: null, isPreview: false };
    });
  }, [early, shown]);
  const live = channel?.live ?? null;
  const broadcastId = live?.broadcastId ?? null;
  useEffect(() => {
    if (live) {
      shown.value = url === null ? null : { url, broadcastId: live.broadcastId, isPreview: live.phase === "preview" };
      return;
    }
    if (!channel || !shown.value) return;
    // It ended before the page was opened; or it was a preview, whose media go at once.
    if (shown.value.broadcastId === null || shown.value.isPreview) {
      shown.value = null;
      return;
    }
    return after(ENDED_SHOWN_MS, () => {
      shown.value = null;
    });
  }, [broadcastId, url, channel === null]);
  const onAirNow = useRef(live);
  onAirNow.current = live;
  const ended = () => {
    if (!onAirNow.current) shown.value = null;
  };
  return { shown: shown.value, ended };
}

const WHO_MAY_WATCH: Partial<Record<ChannelView["visibility"], string>> = {
  followers: "Only followers of the channel can watch.",
  password: "The channel asks for a password.",
};

function OffAir({ channel, hasChat }: { channel: ChannelView; hasChat: boolean }) {
  return (
    <div class="offair">
      <Placeholder login={channel.login} name="" />
      <div class="offair-card" role="status">
        <span class="badge badge-off">OFF AIR</span>
        <h2>{channel.displayName} is not live right now</h2>
        <p>Stay here: the video starts by itself.{hasChat ? " The chat is open." : ""}</p>
        {WHO_MAY_WATCH[channel.visibility] ? <p>{WHO_MAY_WATCH[channel.visibility]}</p> : null}
      </div>
    </div>
  );
}
