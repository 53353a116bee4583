// Raids that came to the channel, or are about to: the channel's owner can decline each.

import type { RaidView } from "#schema/api/raids.ts";
import { declineRaid } from "../../people/room-acts.ts";
import { whenText } from "../../ui/dates.ts";
import { isolated } from "../../ui/isolated-name.ts";
import { useList } from "../../ui/list.ts";
import { ListState } from "../../ui/list-state.tsx";
import { LoadMore } from "../../ui/load-more.tsx";
import { countText } from "../../ui/ticker.ts";
import { showFailure } from "../../ui/toast.ts";
import { words } from "../../words/raids.ts";

export function CameRaids({ login }: { login: string }) {
  const list = useList<RaidView>(`/channels/${login}/raids?limit=10`);
  const decline = async ({ id }: RaidView) => {
    try {
      const declined = await declineRaid({ channel: login, raidId: id });
      list.items.value = (list.items.peek() ?? []).map((raid) => (raid.id === id ? declined : raid));
    } catch (error) {
      showFailure(error);
    }
  };
  const raids = list.items.value ?? [];
  return (
    <section class="terms">
      <h3>{words.came}</h3>
      <ListState list={list}>{words.nobodyCame}</ListState>
      {raids.length > 0 ? (
        <ul aria-label={words.came}>
          {raids.map((raid) => (
            <li key={raid.id} class="term">
              <a href={`/${raid.from.login}`}>{raid.from.displayName}</a>
              <span class="muted">
                {words.viewers(countText(raid.viewers), raid.viewers === 1)} · {whenText(raid.startedAt)} ·{" "}
                {words.states[raid.state]}
              </span>
              {raid.state === "counting" || raid.state === "gone" ? (
                <button
                  type="button"
                  class="link"
                  aria-label={words.declineOf(isolated(raid.from.displayName))}
                  onClick={() => void decline(raid)}
                >
                  {words.decline}
                </button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      <LoadMore list={list} />
    </section>
  );
}
