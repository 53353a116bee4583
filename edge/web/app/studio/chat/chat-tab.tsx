// Chat and team: the room's modes, what is held and blocked, raids, how long the chat is kept, who moderates, and what moderators did.

import type { ModerationLogView } from "#schema/api/moderation.ts";
import { LogList } from "../../mod/log-list.tsx";
import { adoptSheet } from "../../mod/sheet.ts";
import { undone } from "../../mod/undone.ts";
import { Team } from "../../people/channel-roles.tsx";
import { useList } from "../../ui/list.ts";
import { Panel } from "../../ui/panel.tsx";
import { showFailure } from "../../ui/toast.ts";
import { OpenIcon } from "../../ui/tool-icons.tsx";
import { words as logWords } from "../../words/moderation-log.ts";
import { words } from "../../words/studio-chat.ts";
import type { DeskProps } from "../desk-props.ts";
import { AutoMod } from "./auto-mod.tsx";
import { ChatKeeping } from "./chat-keeping.tsx";
import { RaidSettingsPanel } from "./raid-settings.tsx";
import { RoomModes } from "./room-modes.tsx";
import { Terms } from "./terms.tsx";

export function ChatTab({ login }: Pick<DeskProps, "login">) {
  adoptSheet();
  return (
    <>
      <p class="desk-lead">
        <a class="button" href={`/mod/${login}`} target="_blank" rel="noopener">
          <OpenIcon />
          {words.openModeratorView}
        </a>
      </p>
      <div class="desk-columns">
        <div class="desk-column">
          <RoomModes login={login} />
          <AutoMod login={login} />
        </div>
        <div class="desk-column">
          <Terms login={login} />
          <Team login={login} />
          <RaidSettingsPanel login={login} />
          <ChatKeeping login={login} />
          <Log login={login} />
        </div>
      </div>
    </>
  );
}

function Log({ login }: { login: string }) {
  const list = useList<ModerationLogView>(`/channels/${login}/chat/log?limit=20`);
  return (
    <Panel id="log" title={logWords.log} look="studio-log">
      <LogList list={list} onUndo={(undo) => void undone(login, undo).then(() => list.reload(), showFailure)} />
    </Panel>
  );
}
