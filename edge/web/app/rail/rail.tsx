// The rail at the left of a page: channels to go to. Open in a wide window, else small, with pictures alone; a narrow window has none.

import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { keepLiveChannels, liveChannels } from "../browse/live-channels.ts";
import { steadyMs } from "../clock.ts";
import { followedChannels, followedLoaded, keepFollowed, lastLiveOf } from "../people/followed.ts";
import { Avatar } from "../ui/avatar.tsx";
import { whenText } from "../ui/dates.ts";
import { countText, viewersText } from "../ui/ticker.ts";
import { words } from "../words/browse.ts";
import { inPlaces, isOnAir, type RailChannels, railChannels } from "./rail-channels.ts";

/** Entries change places no more often, so that none slides away under the pointer. */
const PLACES_MS = 30_000;
/** As in shell.css. */
const SHOWN_FROM = "(min-width: 900px)";

export function Rail() {
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
    const ends = [keepFollowed(), keepLiveChannels("rail")];
    return () => {
      for (const end of ends) end();
    };
  }, [isShown.value]);
  const placed = useRef<{ atMs: number; channels: RailChannels } | null>(null);
  const shown = useComputed(() => {
    // The others wait for those that are followed, which stand above them.
    const live = followedLoaded.value ? (liveChannels.value?.channels ?? []) : [];
    const fresh = railChannels(followedChannels.value, live);
    const old = placed.current;
    const kept = old && steadyMs() - old.atMs < PLACES_MS ? inPlaces(old.channels, fresh) : null;
    placed.current = { atMs: kept && old ? old.atMs : steadyMs(), channels: kept ?? fresh };
    return placed.current.channels;
  });
  const { followed, liveCount, others } = shown.value;
  return (
    <nav class="rail" aria-label={words.channels}>
      {followed.length > 0 ? (
        <>
          <h2>
            {words.followed} <span>{words.liveChannels(liveCount)}</span>
          </h2>
          <Entries channels={followed} />
        </>
      ) : null}
      {others.length > 0 ? (
        <>
          <h2>{words.liveNow}</h2>
          <Entries channels={others} />
        </>
      ) : null}
      {liveChannels.value && followedLoaded.value && followed.length + others.length === 0 ? (
        <p class="rail-empty">{words.nobodyLive}</p>
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
  const { id, login, displayName, pictureUrl, title, category, live } = channel;
  const onAir = live && isOnAir(channel) ? live : null;
  const viewers = onAir ? viewersText(onAir.viewers) : null;
  const lastLiveAt = lastLiveOf.value.get(id);
  const since = lastLiveAt ? words.lastLive(whenText(lastLiveAt)) : words.offAir;
  return (
    <li>
      <a
        href={`/${login}`}
        class={onAir ? "rail-entry" : "rail-entry rail-off"}
        title={words.railEntry(displayName, viewers)}
      >
        <Avatar login={login} name={displayName} picture={pictureUrl} isLive={onAir !== null} size="s" />
        <span class="rail-text">
          <span class="rail-name">{displayName}</span>
          <span class="rail-what">{onAir ? category || title || words.live : since}</span>
        </span>
        {onAir ? (
          <span class="rail-count">
            <span class="dot dot-on" />
            <span aria-hidden="true">{countText(onAir.viewers)}</span>
            <span class="sr-only">{words.liveWith(viewersText(onAir.viewers))}</span>
          </span>
        ) : null}
      </a>
    </li>
  );
}
