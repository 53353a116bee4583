// Whom one has blocked, and unblocking.

import type { BlockView } from "#schema/api/blocks.ts";
import { errorText } from "../api.ts";
import { unblock } from "../people/blocks.ts";
import { Avatar } from "../ui/avatar.tsx";
import { isolated } from "../ui/isolated-name.ts";
import { useList } from "../ui/list.ts";
import { ListState } from "../ui/list-state.tsx";
import { LoadMore } from "../ui/load-more.tsx";
import { Panel, Said, useSaid } from "./panel.tsx";

export function Blocked() {
  const list = useList<BlockView>("/me/blocks?limit=20");
  const said = useSaid();
  const undo = async ({ id, login, displayName }: BlockView) => {
    try {
      await unblock({ id, login });
      list.items.value = (list.items.value ?? []).filter((one) => one.id !== id);
      said.value = `You see ${isolated(displayName)} in chat again.`;
    } catch (error) {
      said.value = errorText(error);
    }
  };
  const people = list.items.value;
  return (
    <Panel
      id="blocked"
      title="Blocked people"
      about="You do not see their lines, and they cannot follow you. They are not told."
    >
      <ListState list={list}>Nobody. In chat, the menu of a line has “Block”.</ListState>
      <ul class="rows">
        {people?.map((one) => (
          <li key={one.id}>
            <Avatar login={one.login} name={one.displayName} size="s" />
            <a class="row-text" href={`/${one.login}`}>
              {one.displayName}
            </a>
            <button
              type="button"
              class="button row-end"
              aria-label={`Unblock ${one.displayName}`}
              onClick={() => undo(one)}
            >
              Unblock
            </button>
          </li>
        ))}
      </ul>
      <LoadMore list={list} />
      <Said said={said} />
    </Panel>
  );
}
