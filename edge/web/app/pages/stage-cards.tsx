// What stands in the place of the picture while there is none: loading, the server away, ended, suspended.

import { useLayoutEffect, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { FollowButton } from "../people/follow.tsx";
import { followedLive } from "../people/followed.ts";
import { momentText } from "../ui/dates.ts";
import { Late } from "../ui/late.tsx";
import { Placeholder } from "../ui/placeholder.tsx";
import { countdownText, useTicker } from "../ui/ticker.ts";
import { words } from "../words/channel.ts";
import type { ChannelWatcher } from "./channel-watcher.ts";
import type { OverBroadcast } from "./shown-broadcast.ts";
import { endedText } from "./stage-state.ts";

export const Loading = () => (
  <div class="stage-empty" aria-busy="true">
    <div class="player-spinner" />
    <Late>{words.stillLoading}</Late>
  </div>
);

/** `isAlone`: there is nothing else to see; else it is a line over the picture, which may go on. */
export function Away({ watcher, isAlone }: { watcher: ChannelWatcher; isAlone: boolean }) {
  const waitMs = useTicker(watcher.retryMs.value);
  const away = waitMs > 0 ? words.serverAwayFor(countdownText(waitMs)) : words.serverAway;
  return (
    <div class={isAlone ? "stage-away" : "stage-away stage-away-line"}>
      <p>{navigator.onLine ? away : words.offline}</p>
      <button type="button" class="button" onClick={() => void watcher.load()}>
        {words.retry}
      </button>
    </div>
  );
}

export function Ended({ channel, over }: { channel: ChannelView; over: OverBroadcast }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (over.picture) box.current?.prepend(over.picture);
    return () => over.picture?.remove();
  }, [over.picture]);
  return (
    <div class="offair offair-ended" ref={box}>
      {over.picture ? null : <Placeholder login={channel.login} name="" />}
      <div class="offair-card">
        <h2>{endedText(over.lengthMs)}</h2>
        <FollowButton channel={channel} />
        <NextLive after={channel.login} />
      </div>
    </div>
  );
}

/** Another channel that the visitor follows and that is on air now, if there is one. */
function NextLive({ after }: { after: string }) {
  const next = followedLive.value?.find(({ login }) => login !== after);
  if (!next) return null;
  return (
    <p class="offair-next">
      <span>{words.liveNowToo}</span>
      <a class="button" href={`/${next.login}`}>
        {words.watchOther(next.displayName)}
      </a>
    </p>
  );
}

interface SuspendedProps {
  channel: ChannelView;
  suspension: NonNullable<ChannelView["suspension"]>;
}

/** Only the owner and staff see the page of a suspended channel. */
export const Suspended = ({ channel, suspension: { reason, until } }: SuspendedProps) => (
  <div class="offair">
    <Placeholder login={channel.login} name="" />
    <div class="offair-card">
      <h2>{words.suspended(channel.displayName)}</h2>
      {reason ? <p>{words.suspendedFor(reason)}</p> : null}
      {until ? <p>{words.suspendedUntil(momentText(until))}</p> : null}
      <p class="offair-small">{words.seenByOwner}</p>
    </div>
  </div>
);
