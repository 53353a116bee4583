// A channel: player, what is on, and chat. The page lives as long as one looks at the channel, over broadcasts and reconnects.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ChannelView, LiveView } from "#schema/api/channels.ts";
import { Announcer } from "../chat/announcer.ts";
import { ChatPanel } from "../chat/panel.tsx";
import { Room } from "../chat/room.ts";
import { after } from "../clock.ts";
import { blocked, followBlocks } from "../people/blocks.ts";
import { ReportDialog } from "../people/report.tsx";
import { Player } from "../player/player.tsx";
import { accessToken, refresh, session, whenSessionKnown } from "../session.ts";
import { Placeholder } from "../ui/placeholder.tsx";
import { ChannelFollower, onAir } from "./channel.ts";
import { Meta, MetaSkeleton } from "./channel-settings.tsx";
import { NotFound } from "./not-found.tsx";

/** A broadcast that ended is played to its end, but not waited for longer than this. */
const LAST_WORDS_MS = 20_000;

/** Another channel is another page, not the same one with other props. */
export const Watch = ({ login }: { login: string }) => <Followed key={login} login={login} />;

function Followed({ login }: { login: string }) {
  const follower = useMemo(() => new ChannelFollower(login), [login]);
  useEffect(() => {
    follower.start();
    return () => follower.stop();
  }, [follower]);
  const known = follower.known.value;
  if (known.phase === "missing") return <NotFound what="channel" />;
  return <Stage login={login} channel={known.phase === "known" ? known.channel : null} follower={follower} />;
}

interface StageProps {
  login: string;
  /** Null until the API has answered. */
  channel: ChannelView | null;
  follower: ChannelFollower;
}

function Stage({ login, channel, follower }: StageProps) {
  const chatOpen = useSignal(true);
  const theatre = useSignal(false);
  const { room, announcer } = useRoom(login, follower);
  const { shown, ended } = useShown(channel);
  const phase = onAir(channel)?.phase;
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
          {shown ? (
            <Player
              url={shown.hlsUrl}
              broadcastId={shown.broadcastId}
              lost={phase === "lost"}
              over={phase === undefined}
              theatre={theatre.value}
              onTheatre={() => {
                theatre.value = !theatre.value;
              }}
              onEnded={ended}
            />
          ) : channel ? (
            <OffAir channel={channel} />
          ) : (
            <div class="stage-empty" />
          )}
        </div>
        {channel ? <Meta channel={channel} live={onAir(channel)} room={room} chatOpen={chatOpen} /> : <MetaSkeleton />}
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

/** The room of this page: opened once it is known who is signed in, and anew when that changes. */
function useRoom(login: string, follower: ChannelFollower) {
  const parts = useMemo(() => {
    const announcer = new Announcer();
    const scheme = window.location.protocol === "https:" ? "wss" : "ws";
    const room = new Room({
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
  useEffect(followBlocks, []);
  const exists = follower.known.value.phase === "known";
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
    // Whom the room took for a guest, because their token was void, has a new one.
    const guest = room.connection.peek().phase === "open" && room.you.peek() === null;
    const known = user.current.id !== null && user.current.token !== before.token && guest;
    if (before.id !== user.current.id || known) room.userChanged();
  });
  useSignalEffect(() => {
    follower.told = room.connection.value.phase === "open";
  });
  useSignalEffect(() => {
    const status = room.status.value;
    if (status) follower.status(status);
  });
  return parts;
}

/** What the player holds: the broadcast on air, or the one that has just ended until it has been seen to its end. */
function useShown(channel: ChannelView | null) {
  const shown = useSignal<LiveView | null>(null);
  const live = onAir(channel);
  const key = live?.broadcastId ?? null;
  useEffect(() => {
    if (live) {
      if (shown.value?.broadcastId !== live.broadcastId) shown.value = live;
      return;
    }
    if (!channel || !shown.value) return;
    return after(LAST_WORDS_MS, () => {
      shown.value = null;
    });
  }, [key, channel === null]);
  const onAirNow = useRef(live);
  onAirNow.current = live;
  const ended = () => {
    if (!onAirNow.current) shown.value = null;
  };
  return { shown: shown.value, ended };
}

function OffAir({ channel }: { channel: ChannelView }) {
  return (
    <div class="offair">
      <Placeholder login={channel.login} name="" />
      <div class="offair-card" role="status">
        <span class="badge badge-off">OFF AIR</span>
        <h2>{channel.displayName} is not live right now</h2>
        <p>Stay here: the picture starts by itself. Chat is open meanwhile.</p>
      </div>
    </div>
  );
}
