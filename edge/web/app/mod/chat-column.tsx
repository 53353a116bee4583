// The chat of the moderator view: a line is chosen by the arrows or a press, and one key acts on it.

import { useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import type { Announcer } from "../chat/announcer.ts";
import type { ShownLine } from "../chat/entries.ts";
import type { LineDesk } from "../chat/lines.tsx";
import { ChatPanel } from "../chat/panel.tsx";
import { SearchIcon } from "../ui/icons.tsx";
import { words as searchWords } from "../words/chat-search.ts";
import { words } from "../words/mod.ts";
import type { Desk } from "./desk.ts";
import { LINE_ACTS } from "./line-acts.tsx";
import { toolsFor } from "./line-tools.tsx";
import { SearchDialog } from "./search-dialog.tsx";

export function ChatColumn({ desk, announcer }: { desk: Desk; announcer: Announcer }) {
  const lines = useMemo(() => lineDesk(desk), [desk]);
  return (
    <div class="mod-column mod-chat panel">
      <ChatPanel
        channel={desk.channel}
        room={desk.room}
        announcer={announcer}
        onClose={null}
        desk={lines}
        title={
          <>
            <h2>{words.chat}</h2>
            <SearchButton desk={desk} />
          </>
        }
      />
    </div>
  );
}

function SearchButton({ desk }: { desk: Desk }) {
  const isOpen = useSignal(false);
  return (
    <>
      <button
        type="button"
        class="icon-button"
        aria-label={searchWords.find}
        title={searchWords.find}
        onClick={() => {
          isOpen.value = true;
        }}
      >
        <SearchIcon />
      </button>
      {isOpen.value ? (
        <SearchDialog
          desk={desk}
          onClose={() => {
            isOpen.value = false;
          }}
        />
      ) : null}
    </>
  );
}

const lineDesk = (desk: Desk): LineDesk => ({
  Tools: toolsFor(desk),
  onPerson: (login) => desk.openPerson(login),
  onKey(event, line) {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    if (event.key === "Enter") return openByEnter(event, line, desk);
    const act = LINE_ACTS.find(({ key }) => key === event.key.toLowerCase());
    act?.run(desk, line);
    return act !== undefined;
  },
});

/** Enter on a button or link of the line presses it. */
function openByEnter({ target }: KeyboardEvent, { user }: ShownLine, desk: Desk): boolean {
  const isOnLine = (target as Element).matches(".line-more");
  if (isOnLine) desk.openPerson(user.login);
  return isOnLine;
}
