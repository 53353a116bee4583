// In place of the picture of a broadcast that has ended while it was watched: how long it was, and what one can do.

import { useLayoutEffect, useRef } from "preact/hooks";
import type { ChannelView } from "#schema/api/channels.ts";
import { FollowButton } from "../people/follow.tsx";
import { followedLive } from "../people/followed.ts";
import { Placeholder } from "../ui/placeholder.tsx";
import { words } from "../words/channel.ts";
import type { OverBroadcast } from "./shown-broadcast.ts";
import { endedText } from "./stage-state.ts";

export interface EndedProps {
  channel: ChannelView;
  over: OverBroadcast;
}

export function Ended({ channel, over }: EndedProps) {
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
