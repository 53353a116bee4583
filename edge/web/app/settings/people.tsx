// The channels a user follows, and the people a user has blocked.

import type { BlockView } from "#schema/api/blocks.ts";
import type { FollowView } from "#schema/api/follows.ts";
import { block, unblock } from "../people/blocks.ts";
import { call } from "../session.ts";
import { dateText } from "../ui/dates.ts";
import { words } from "../words/settings.ts";
import { words as uiWords } from "../words/ui.ts";
import { PeopleList } from "./people-list.tsx";

export const PeopleTab = () => (
  <div class="settings-columns">
    <FollowedChannels />
    <BlockedPeople />
  </div>
);

const FollowedChannels = () => (
  <PeopleList
    id="followed"
    title={words.followed}
    about={words.followedAbout}
    path="/me/follows?limit=20"
    personOf={({ channel, followedAt }: FollowView) => ({ ...channel, followedAt })}
    empty={words.noneFollowed}
    word={words.unfollow}
    remove={({ login }) => call(`/me/follows/${login}`, { method: "DELETE", body: {} })}
    restore={({ login }) => call(`/me/follows/${login}`, { method: "PUT", body: {} })}
    removedText={uiWords.noLongerFollow}
    details={({ live, followedAt }) => (
      <>
        {live ? <span class="state-mark on">{words.live}</span> : null}
        <span class="muted">{words.since(dateText(followedAt))}</span>
      </>
    )}
  />
);

const BlockedPeople = () => (
  <PeopleList
    id="blocked"
    title={words.blocked}
    about={words.blockedAbout}
    path="/me/blocks?limit=20"
    personOf={(person: BlockView) => person}
    empty={words.nobodyBlocked}
    word={words.unblock}
    remove={unblock}
    restore={block}
    removedText={words.unblocked}
  />
);
