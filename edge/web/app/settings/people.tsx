// The channels a user follows, and the people a user has blocked.

import type { BlockView } from "#schema/api/blocks.ts";
import type { FollowView } from "#schema/api/follows.ts";
import { block, unblock } from "../people/blocks.ts";
import { call } from "../session.ts";
import { dateText } from "../ui/dates.ts";
import { words } from "../words/ui.ts";
import { PeopleList } from "./people-list.tsx";

export const PeopleTab = () => (
  <div class="settings-panels">
    <FollowedChannels />
    <BlockedPeople />
  </div>
);

const FollowedChannels = () => (
  <PeopleList
    id="followed"
    title="Channels you follow"
    about="The home page shows those that are live first."
    path="/me/follows?limit=20"
    personOf={({ channel, followedAt }: FollowView) => ({ ...channel, followedAt })}
    empty="None yet. To follow a channel, click the heart below its video."
    word="Unfollow"
    remove={({ login }) => call(`/me/follows/${login}`, { method: "DELETE", body: {} })}
    restore={({ login }) => call(`/me/follows/${login}`, { method: "PUT", body: {} })}
    removedText={words.noLongerFollow}
    details={({ live, followedAt }) => (
      <>
        {live ? <span class="state-mark on">Live</span> : null}
        <span class="muted">since {dateText(followedAt)}</span>
      </>
    )}
  />
);

const BlockedPeople = () => (
  <PeopleList
    id="blocked"
    title="Blocked people"
    about="You do not see their chat messages, and they cannot follow you. They are not told."
    path="/me/blocks?limit=20"
    personOf={(person: BlockView) => person}
    empty="Nobody yet. To block someone, use the menu of a chat message."
    word="Unblock"
    remove={unblock}
    restore={block}
    removedText={(name) => `You see messages from ${name} again.`}
  />
);
