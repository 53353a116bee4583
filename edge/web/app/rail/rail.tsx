// The rail at the left of a page: channels to go to. Open in a wide window, else small, with pictures alone; a narrow window has none.

import { useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Page } from "#schema/api/fields.ts";
import { callApi } from "../api.ts";
import { followedChannels, followedLoaded, keepFollowed } from "../people/followed.ts";
import { Avatar } from "../ui/avatar.tsx";
import { poll } from "../ui/poll.ts";
import { countText, viewersText } from "../ui/ticker.ts";
import { isOnAir, railChannels } from "./rail-channels.ts";

const EVERY_MS = 30_000;
/** More than the rail shows, since it leaves out those that are followed. */
const ASKED = 30;
/** As in shell.css. */
const SHOWN_FROM = "(min-width: 900px)";

export function Rail() {
  const live = useSignal<ChannelView[] | null>(null);
  const isShown = useSignal(window.matchMedia(SHOWN_FROM).matches);
  useEffect(() => {
    const wide = window.matchMedia(SHOWN_FROM);
    const changed = () => {
      isShown.value = wide.matches;
    };
    wide.addEventListener("change", changed);
    return () => wide.removeEventListener("change", changed);
  }, [isShown]);
  useEffect(() => {
    if (!isShown.value) return;
    const stopFollowed = keepFollowed();
    const stopLive = poll(EVERY_MS, async (signal) => {
      try {
        const page = await callApi<Page<ChannelView>>(`/channels?live=true&limit=${ASKED}`, { signal });
        live.value = page.items;
      } catch {
        return; // Keeps the last list; the page itself says what is wrong.
      }
    });
    return () => {
      stopFollowed();
      stopLive();
    };
  }, [isShown.value, live]);
  // The others wait for those that are followed, which stand above them.
  const shown = useComputed(() => railChannels(followedChannels.value, followedLoaded.value ? (live.value ?? []) : []));
  const { followed, liveCount, others } = shown.value;
  return (
    <nav class="rail" aria-label="Channels">
      {followed.length > 0 ? (
        <>
          <h2>
            Followed <span>{liveCount} live</span>
          </h2>
          <Entries channels={followed} />
        </>
      ) : null}
      {others.length > 0 ? (
        <>
          <h2>Live now</h2>
          <Entries channels={others} />
        </>
      ) : null}
      {live.value && followedLoaded.value && followed.length + others.length === 0 ? (
        <p class="rail-empty">Nobody is live right now.</p>
      ) : null}
    </nav>
  );
}

const Entries = ({ channels }: { channels: ChannelView[] }) => (
  <ul>
    {channels.map((channel) => (
      <Entry key={channel.id} channel={channel} />
    ))}
  </ul>
);

function Entry({ channel }: { channel: ChannelView }) {
  const { login, displayName, title, category, live } = channel;
  const onAir = live && isOnAir(channel) ? live : null;
  const viewers = onAir ? viewersText(onAir.viewers) : null;
  return (
    <li>
      <a
        href={`/${login}`}
        class={onAir ? "rail-entry" : "rail-entry rail-off"}
        title={viewers ? `${displayName} · ${viewers}` : `${displayName} · off air`}
      >
        <Avatar login={login} name={displayName} isLive={onAir !== null} size="s" />
        <span class="rail-text">
          <span class="rail-name">{displayName}</span>
          <span class="rail-what">{onAir ? category || title || "Live" : "Off air"}</span>
        </span>
        {onAir ? (
          <span class="rail-count">
            <span class="dot dot-on" />
            <span aria-hidden="true">{countText(onAir.viewers)}</span>
            <span class="sr-only">live, {viewers}</span>
          </span>
        ) : null}
      </a>
    </li>
  );
}
