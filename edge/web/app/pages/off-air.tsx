// In place of the picture of a channel that is off air: since when, and what one can do.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BroadcastView } from "#schema/api/broadcasts.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Page } from "#schema/api/fields.ts";
import { FollowButton } from "../people/follow.tsx";
import { call } from "../session.ts";
import { momentText, whenText } from "../ui/dates.ts";
import { Placeholder } from "../ui/placeholder.tsx";
import { words } from "../words/channel.ts";

const WHO_MAY_WATCH: Partial<Record<ChannelView["visibility"], string>> = {
  followers: words.onlyFollowers,
  password: words.asksForPassword,
};

export interface OffAirProps {
  channel: ChannelView;
  hasChat: boolean;
}

export function OffAir({ channel, hasChat }: OffAirProps) {
  const { login, displayName, visibility } = channel;
  const lastLive = useLastLive(login);
  return (
    <div class="offair">
      <Placeholder login={login} name="" />
      <div class="offair-card">
        <h2>{words.offAir(displayName)}</h2>
        {/* The line is there before the answer, so that nothing moves when it comes. */}
        <p class="offair-when">
          {lastLive ? (
            <time dateTime={lastLive} title={momentText(lastLive)}>
              {words.lastLive(whenText(lastLive))}
            </time>
          ) : null}
        </p>
        {WHO_MAY_WATCH[visibility] ? <p>{WHO_MAY_WATCH[visibility]}</p> : null}
        <FollowButton channel={channel} />
        <p class="offair-small">
          {words.startsByItself} {hasChat ? words.chatIsOpen : ""}
        </p>
      </div>
    </div>
  );
}

/** When the last broadcast ended; null: not known, or there was none. */
function useLastLive(login: string): string | null {
  const at = useSignal<string | null>(null);
  useEffect(() => {
    const ending = new AbortController();
    call<Page<BroadcastView>>(`/channels/${login}/broadcasts?limit=1`, { signal: ending.signal }).then(
      ({ items }) => {
        at.value = items[0]?.endedAt ?? null;
      },
      () => {}, // The card says enough without it.
    );
    return () => ending.abort();
  }, [login, at]);
  return at.value;
}
