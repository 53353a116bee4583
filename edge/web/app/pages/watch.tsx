// The watch page of a channel: player, channel info and chat. It stays open across broadcasts and reconnects.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { Announcer } from "../chat/announcer.ts";
import { ChatPanel } from "../chat/panel.tsx";
import { Room } from "../chat/room.ts";
import { after } from "../clock.ts";
import { blocked, syncBlocks } from "../people/blocks.ts";
import { ReportDialog } from "../people/report.tsx";
import { type HeadStart, takeHeadStart } from "../player/head-start.ts";
import { Player } from "../player/player.tsx";
import { loadHls } from "../player/source.ts";
import { usePlaybackRight } from "../player/use-playback-right.ts";
import { accessToken, refresh, session, whenSessionKnown } from "../session.ts";
import { Placeholder } from "../ui/placeholder.tsx";
import { thumbnailBeside } from "../ui/thumbnail.tsx";
import { viewerName } from "../viewer-name.ts";
import { ChannelInfo, ChannelInfoSkeleton } from "./channel-info.tsx";
import { ChannelWatcher } from "./channel-watcher.ts";
import { NotFound } from "./not-found.tsx";
import { Restricted } from "./restricted.tsx";

/** A broadcast that has ended is played to its end, but the player is removed after this time. */
const ENDED_SHOWN_MS = 20_000;

/** The key makes another channel a new page instead of the same page with other props. */
export const Watch = ({ login }: { login: string }) => <WatchedChannel key={login} login={login} />;

function WatchedChannel({ login }: { login: string }) {
  const watcher = useMemo(() => new ChannelWatcher(login), [login]);
  const start = useMemo(() => takeHeadStart(login), [login]);
  const stopPlaying = () => {
    start.early.stop();
    start.engine?.stop();
  };
  useEffect(() => {
    watcher.start();
    void loadHls();
    return () => {
      watcher.stop();
      stopPlaying();
    };
  }, [watcher, start]);
  useReloadForOwner(login, watcher);
  const state = watcher.state.value;
  const isMissing = state.phase === "missing";
  useEffect(() => {
    if (isMissing) stopPlaying();
  }, [isMissing]);
  if (isMissing) return <NotFound what="channel" />;
  const channel = state.phase === "known" ? state.channel : null;
  return <Stage login={login} channel={channel} watcher={watcher} start={start} />;
}

interface StageProps {
  login: string;
  /** Null until it is loaded. */
  channel: ChannelView | null;
  watcher: ChannelWatcher;
  start: HeadStart;
}

function Stage({ login, channel, watcher, start }: StageProps) {
  const chatOpen = useSignal(true);
  const theatre = useSignal(false);
  const { room, announcer } = useRoom(login, watcher);
  const { right, url } = usePlaybackRight(login, channel);
  const { shown, ended } = useShown(channel, url, start);
  const refused = right.state.value.phase === "refused" ? right.state.value : null;
  const phase = channel?.live?.phase;
  useEffect(() => {
    const name = channel?.displayName ?? login;
    document.title =
      channel?.live && channel.title ? `${name} – ${channel.title} · TwitchClone` : `${name} · TwitchClone`;
  }, [channel, login]);
  const classes = ["watch", chatOpen.value ? "" : "watch-alone", theatre.value ? "watch-theatre" : ""].join(" ").trim();
  return (
    <main id="main" class={classes}>
      <div class="watch-main">
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
              theatre={{
                on: theatre.value,
                toggle: () => {
                  theatre.value = !theatre.value;
                },
              }}
              onEnded={ended}
              onDenied={() => {
                if (right.denied()) void watcher.load();
              }}
            />
          ) : channel && !channel.live ? (
            <OffAir channel={channel} />
          ) : (
            <div class="stage-empty" />
          )}
        </div>
        {channel ? (
          <ChannelInfo channel={channel} room={room} chatOpen={chatOpen} onFollowed={() => void right.ask()} />
        ) : (
          <ChannelInfoSkeleton />
        )}
      </div>
      <aside class="watch-chat">
        <ChatPanel
          channel={login}
          room={room}
          announcer={announcer}
          onClose={() => {
            chatOpen.value = false;
          }}
        />
      </aside>
      <ReportDialog />
    </main>
  );
}

/** The chat room of this page. It is joined once the session is known, and again when the user changes. */
function useRoom(login: string, watcher: ChannelWatcher) {
  const parts = useMemo(() => {
    const announcer = new Announcer();
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const room = new Room({
      viewer: viewerName,
      url: `${scheme}://${window.location.host}/api/v1/channels/${login}/chat`,
      token: async () => {
        await whenSessionKnown();
        return accessToken();
      },
      renewToken: refresh,
      onLines: (lines) =>
        announcer.add(
          lines.filter((line) => !blocked.peek().has(line.user.id)),
          room.you.peek()?.login ?? null,
        ),
    });
    return { room, announcer };
  }, [login]);
  const { room, announcer } = parts;
  useEffect(syncBlocks, []);
  const exists = watcher.state.value.phase === "known";
  useEffect(() => {
    if (!exists) return;
    room.start();
    return () => {
      room.stop();
      announcer.stop();
    };
  }, [room, announcer, exists]);

  const user = useRef<{ id: string | null; token: string | null } | null>(null);
  useSignalEffect(() => {
    const now = session.value;
    if (now.phase === "loading") return;
    const before = user.current;
    user.current = now.phase === "in" ? { id: now.user.id, token: now.accessToken } : { id: null, token: null };
    if (!before) return;
    // A user who joined as a guest, because the token had expired, rejoins with the renewed token.
    const isGuest = room.connection.peek().phase === "open" && room.you.peek() === null;
    const isRenewed = user.current.id !== null && user.current.token !== before.token;
    if (before.id !== user.current.id || (isGuest && isRenewed)) room.userChanged();
  });
  useSignalEffect(() => {
    watcher.isSocketOpen = room.connection.value.phase === "open";
  });
  useSignalEffect(() => {
    const status = room.status.value;
    if (status) watcher.applyStatus(status);
  });
  return parts;
}

/** Only the channel owner is shown a preview, so the channel is loaded again once the page knows that the visitor is the owner. */
function useReloadForOwner(login: string, watcher: ChannelWatcher) {
  const known = useRef(false);
  useSignalEffect(() => {
    const now = session.value;
    const isOwner = now.phase === "in" && now.user.login === login;
    if (isOwner && !known.current) void watcher.load();
    known.current = isOwner;
  });
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

function OffAir({ channel }: { channel: ChannelView }) {
  return (
    <div class="offair">
      <Placeholder login={channel.login} name="" />
      <div class="offair-card" role="status">
        <span class="badge badge-off">OFF AIR</span>
        <h2>{channel.displayName} is not live right now</h2>
        <p>Stay here: the video starts by itself. The chat is open.</p>
        {WHO_MAY_WATCH[channel.visibility] ? <p>{WHO_MAY_WATCH[channel.visibility]}</p> : null}
      </div>
    </div>
  );
}
