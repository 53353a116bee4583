// Cards of channels.

import type { ChannelView } from "#schema/api/channels.ts";
import { CardSkeletons, ChannelCard } from "../browse/channel-card.tsx";
import { wallMs } from "../clock.ts";
import { State } from "./state.tsx";

const STARTED_AT = new Date(wallMs() - 8_048_000).toISOString();

const channel = (login: string, title: string, more: Partial<ChannelView> = {}) =>
  ({
    id: login,
    login,
    displayName: login,
    title,
    category: "Chess",
    categorySlug: "chess",
    tags: ["english", "beginners", "rapid", "a fourth one"],
    live: { phase: "live", startedAt: STARTED_AT, viewers: 18_204, thumbnailUrl: null },
    ...more,
  }) as ChannelView;

const LONG =
  "A title of one hundred and forty characters that says what is going on in this broadcast, and then goes on to say it all once more, at length";

export const CardStates = () => (
  <>
    <State name="channel cards">
      <ul class="grid">
        <ChannelCard channel={channel("tidewalker", "Night walk along the harbour")} />
        <ChannelCard channel={channel("w".repeat(25), LONG)} />
        <ChannelCard channel={channel("fernly", "", { displayName: "مرحبا", category: "", tags: [] })} />
        <ChannelCard channel={channel("quickfox", "It was live a moment ago")} hasEnded />
      </ul>
    </State>
    <State name="channel cards that load">
      <CardSkeletons count={2} />
    </State>
  </>
);
