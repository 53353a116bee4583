// What moderators did, newest first.

import type { ModerationLogView } from "#schema/api/moderation.ts";
import { useList } from "../ui/list.ts";
import { words } from "../words/moderation-log.ts";
import type { Desk } from "./desk.ts";
import { LogList } from "./log-list.tsx";
import { ModPanel } from "./panel.tsx";
import { undone } from "./undone.ts";
import { useReload } from "./use-reload.ts";

export function LogPanel({ desk }: { desk: Desk }) {
  const list = useList<ModerationLogView>(`/channels/${desk.channel}/chat/log?limit=50`);
  useReload(desk, list.reload);
  return (
    <ModPanel name="log" title={words.log}>
      <LogList
        list={list}
        onUndo={desk.canAct.value ? (undo) => desk.run(() => undone(desk.channel, undo)) : null}
        onPerson={(login) => desk.openPerson(login)}
      />
    </ModPanel>
  );
}
