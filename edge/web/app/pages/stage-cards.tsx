// What stands in the place of the picture while there is none: loading, the server away, ended, suspended.

import { useLayoutEffect, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { FollowButton } from "../people/follow.tsx";
import { momentText } from "../ui/dates.ts";
import { Late } from "../ui/late.tsx";
import { Placeholder } from "../ui/placeholder.tsx";
import { uptimeText } from "../ui/ticker.ts";
import { words } from "../words/channel.ts";
import type { ChannelWatcher } from "./channel-watcher.ts";
import type { OverBroadcast } from "./shown-broadcast.ts";

export const Loading = () => (
  <div class="stage-empty" aria-busy="true">
    <div class="player-spinner stage-spinner" />
    <Late>{words.stillLoading}</Late>
  </div>
);

/** `isAlone`: there is nothing else to see; else it is a line over the picture, which may go on. */
export function Away({ watcher, isAlone }: { watcher: ChannelWatcher; isAlone: boolean }) {
  return (
    <div class={isAlone ? "stage-away" : "stage-away stage-away-line"}>
      <p role="status">{navigator.onLine ? words.serverAway : words.offline}</p>
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
        <div role="status">
          <h2>{over.lengthMs === null ? words.ended : words.endedAfter(uptimeText(over.lengthMs))}</h2>
        </div>
        <FollowButton channel={channel} />
      </div>
    </div>
  );
}

/** Only the owner and staff see the page of a suspended channel. */
export function Suspended({
  channel,
  suspension,
}: {
  channel: ChannelView;
  suspension: NonNullable<ChannelView["suspension"]>;
}) {
  const { reason, until } = suspension;
  return (
    <div class="offair">
      <Placeholder login={channel.login} name="" />
      <div class="offair-card" role="status">
        <h2>{words.suspended(channel.displayName)}</h2>
        {reason ? <p>{words.suspendedFor(reason)}</p> : null}
        {until ? <p>{words.suspendedUntil(momentText(until))}</p> : null}
      </div>
    </div>
  );
}
