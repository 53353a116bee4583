// The stream: its state, the picture, title, health, latency, viewers and the chat; while off air, what to do next.

import { useEffect, useRef } from "preact/hooks";
import type { BroadcastView } from "#schema/api/broadcasts.ts";
import { ChannelChat } from "../pages/channel-chat.tsx";
import { useOpenChannel } from "../pages/open-channel.ts";
import { useList } from "../ui/list.ts";
import { words } from "../words/studio.ts";
import type { DeskProps } from "./desk-props.ts";
import { sourceDips } from "./dips.ts";
import { Latency } from "./latency.tsx";
import { OffAirDesk } from "./off-air.tsx";
import { Preview } from "./preview.tsx";
import { QuickActions } from "./quick-actions.tsx";
import { SourceHealth } from "./source-health.tsx";
import { StateLine } from "./state-line.tsx";
import { StreamTitle } from "./stream-title.tsx";
import { useAbove } from "./use-above.ts";
import { limitText } from "./verdict.ts";
import { Viewers, viewersOf } from "./viewers.tsx";

export function Stream({ login, own, here, streamKey }: DeskProps) {
  const { watcher, channel } = useOpenChannel(login);
  const chat = useRef<HTMLElement>(null);
  useAbove(chat);
  const state = here.health.value;
  const isOnAir = state !== null && state.phase !== "offline";
  const past = useList<BroadcastView>(`/channels/${login}/broadcasts?limit=1`);
  const seen = `${state?.phase} ${state?.lastEnd?.endedAt}`;
  // What has begun or ended here is known to the other requests later; each is asked anew then.
  useEffect(() => {
    void watcher.load();
    if (!isOnAir) void past.reload();
  }, [watcher, seen]);
  const dips = isOnAir ? sourceDips(state.history ?? []) : [];
  const limit = limitText(state);
  const notices = isOnAir ? dips.filter(({ kind }) => kind !== "bitrate").length + state.warnings.length : 0;
  const isNew = past.items.value?.length === 0 && state?.phase === "offline";
  return (
    <>
      <StateLine here={here} viewers={viewersOf(channel)} notices={notices} isNew={isNew} />
      {limit ? <p class="notice warn">{limit}</p> : null}
      <div class={isOnAir ? "studio-grid" : "studio-grid studio-off"}>
        <div class="studio-main">
          <div class="panel stream-card">
            {isOnAir ? <Preview login={login} channel={channel} /> : null}
            <StreamTitle own={own} />
          </div>
          {isOnAir ? <Latency health={state} /> : null}
          <QuickActions login={login} />
        </div>
        <div class="studio-side">
          {isOnAir ? (
            <>
              <SourceHealth health={state} dips={dips} />
              <Viewers watcher={watcher} />
            </>
          ) : state ? (
            <OffAirDesk
              streamKey={streamKey}
              last={past.items.value?.[0] ?? null}
              isNew={isNew}
              startsByHand={own.channel.value?.autoStart === false}
            />
          ) : null}
        </div>
        <aside class="panel studio-chat" ref={chat} aria-label={words.yourChat}>
          <ChannelChat login={login} watcher={watcher} />
        </aside>
      </div>
    </>
  );
}
