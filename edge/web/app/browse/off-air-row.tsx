// A followed channel that is off air, as a row: since when, and an act at its end.

import type { ComponentChildren } from "preact";
import type { FollowView } from "#schema/api/follows.ts";
import { Avatar } from "../ui/avatar.tsx";
import { momentText, whenText } from "../ui/dates.ts";
import { words } from "../words/browse.ts";
import { words as findingWords } from "../words/finding.ts";

interface OffAirRowProps extends Pick<FollowView, "channel" | "lastLiveAt"> {
  children?: ComponentChildren;
}

export function OffAirRow({ channel: { login, displayName, pictureUrl }, lastLiveAt, children }: OffAirRowProps) {
  return (
    <li class="off-air-row">
      <Avatar login={login} name={displayName} picture={pictureUrl} />
      <p>
        <a href={`/${login}`}>{displayName}</a>
        {lastLiveAt ? (
          <time class="muted" dateTime={lastLiveAt} title={momentText(lastLiveAt)}>
            {words.lastLive(whenText(lastLiveAt))}
          </time>
        ) : (
          <span class="muted">{findingWords.neverLive}</span>
        )}
      </p>
      {children}
    </li>
  );
}
