// The menu of a chat line: report the line or its author, or block the author.

import { signal } from "@preact/signals";
import type { LineEntry } from "#schema/api/chat.ts";
import { isolated } from "../ui/isolated-name.ts";
import { Menu } from "../ui/menu.tsx";
import type { MenuGroup } from "../ui/menu-entries.ts";
import { showFailure, showToast } from "../ui/toast.ts";
import { block, unblock } from "./blocks.ts";
import { openReport } from "./report.tsx";

interface OpenMenu {
  line: LineEntry;
  button: HTMLElement;
}

export const lineMenu = signal<OpenMenu | null>(null);

export function openLineMenu(line: LineEntry, button: HTMLElement) {
  lineMenu.value = lineMenu.peek()?.line === line ? null : { line, button };
}

const close = () => {
  lineMenu.value = null;
};

export function LineMenu({ channel }: { channel: string }) {
  const open = lineMenu.value;
  if (!open) return null;
  const { line, button } = open;
  return (
    <Menu
      key={line.id}
      label={`Message of ${line.user.displayName}`}
      groups={groupsOf(line, channel)}
      opener={button}
      onClose={close}
    />
  );
}

function groupsOf({ id: lineId, body, user }: LineEntry, channel: string): MenuGroup[] {
  const { id, login, displayName: name } = user;
  const reportLine = () => openReport({ kind: "line", target: lineId, name, body });
  const reportPerson = () => openReport({ kind: "user", target: login, channel, name });
  return [
    {
      title: null,
      entries: [
        { kind: "act", word: "Report this message", act: reportLine },
        { kind: "act", word: `Report ${name}`, act: reportPerson },
        {
          kind: "act",
          word: `Block ${name}`,
          act: () => void blockPerson({ id, login, displayName: name }),
          isHarm: true,
        },
      ],
    },
  ];
}

export async function blockPerson(person: { id: string; login: string; displayName: string }) {
  const name = isolated(person.displayName);
  try {
    await block(person);
    showToast(`You no longer see messages from ${name}.`, async () => {
      await unblock(person);
      showToast(`You see messages from ${name} again.`);
    });
  } catch (error) {
    showFailure(error);
  }
}
