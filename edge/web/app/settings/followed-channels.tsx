// All channels one follows, also those that the home page has no room for, and unfollowing.

import type { ChannelView } from "#schema/api/channels.ts";
import type { FollowView } from "#schema/api/follows.ts";
import { errorText } from "../api.ts";
import { call } from "../session.ts";
import { Avatar } from "../ui/avatar.tsx";
import { dateText } from "../ui/dates.ts";
import { capitalized } from "../ui/form-errors.ts";
import { isolated } from "../ui/isolated-name.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { Panel, Said, useSaid } from "./panel.tsx";

export function Followed() {
  const list = useList<FollowView>("/me/follows?limit=20");
  const said = useSaid();
  const unfollow = async ({ id, login, displayName }: ChannelView) => {
    try {
      await call(`/me/follows/${login}`, { method: "DELETE", body: {} });
      list.items.value = (list.items.value ?? []).filter(({ channel }) => channel.id !== id);
      said.value = `You no longer follow ${isolated(displayName)}.`;
    } catch (error) {
      said.value = capitalized(errorText(error));
    }
  };
  return (
    <Panel id="followed" title="Channels you follow" about="The home page shows first which of them are live.">
      <ListState list={list}>None yet. The heart below a channel's picture follows it.</ListState>
      <ul class="rows">
        {list.items.value?.map(({ channel, followedAt }) => (
          <li key={channel.id}>
            <Avatar login={channel.login} name={channel.displayName} size="s" />
            <div class="row-text">
              <a href={`/${channel.login}`}>{channel.displayName}</a>
              {channel.live ? <span class="state-mark on">Live</span> : null}
              <span class="muted">since {dateText(followedAt)}</span>
            </div>
            <button
              type="button"
              class="button row-end"
              aria-label={`Unfollow ${channel.displayName}`}
              onClick={() => unfollow(channel)}
            >
              Unfollow
            </button>
          </li>
        ))}
      </ul>
      <LoadMore list={list} />
      <Said said={said} />
    </Panel>
  );
}
