// The menu of a chat line: answer it, copy it, report it or its author, block the author.

import { session } from "../session.ts";
import { copyText } from "../ui/copy.tsx";
import { ReplyIcon } from "../ui/icons.tsx";
import { Menu } from "../ui/menu.tsx";
import type { MenuEntry } from "../ui/menu-entries.ts";
import { PinIcon } from "../ui/moderation-icons.tsx";
import { showFailure, showToast, showTrouble } from "../ui/toast.ts";
import { CopyIcon, FlagIcon } from "../ui/tool-icons.tsx";
import { words as moderation } from "../words/moderation.ts";
import { words } from "../words/people.ts";
import { words as uiWords } from "../words/ui.ts";
import { answerLine } from "./answer-line.ts";
import { blockPerson } from "./block-person.ts";
import { closeFloat, type FloatProps } from "./float.ts";
import { ban, deleteLine, TIMEOUT_MS } from "./moderation-acts.ts";
import { mayModerate, moderates } from "./ranks.ts";
import { openReport } from "./report.tsx";
import { pinLine } from "./room-acts.ts";

export const LineMenu = (props: FloatProps) => (
  <Menu
    label={words.messageOf(props.line.user.displayName)}
    groups={[{ title: null, entries: [...entriesOf(props), ...moderatorEntries(props)] }]}
    opener={props.opener}
    onClose={closeFloat}
  />
);

/** Of moderators. Their own messages they can only delete. */
function moderatorEntries({ channel, room, line: { id, deleted, user } }: FloatProps): MenuEntry[] {
  const isOwn = user.id === room.you.value?.id;
  if (!moderates(room) || !(isOwn || mayModerate(room, user))) return [];
  const harm = (word: string, act: () => Promise<unknown>): MenuEntry => ({
    ...{ kind: "act", word, isHarm: true },
    act: () => void act().catch(showFailure),
  });
  const { login: person, displayName } = user;
  return [
    ...(deleted ? [] : [pin({ channel, lineId: id })]),
    ...(deleted ? [] : [harm(moderation.deleteMessage, () => deleteLine(channel, id))]),
    ...(isOwn
      ? []
      : [
          harm(moderation.timeOut(displayName), () => ban({ channel, person, durationMs: TIMEOUT_MS })),
          harm(moderation.ban(displayName), () => ban({ channel, person, durationMs: null })),
        ]),
  ];
}

const pin = (line: { channel: string; lineId: string }): MenuEntry => ({
  ...{ kind: "act", word: moderation.pinMessage, icon: PinIcon },
  act: () => void pinLine(line).catch(showFailure),
});

function entriesOf({ channel, room, line }: FloatProps): MenuEntry[] {
  const { id: lineId, body, user } = line;
  const { id, login, displayName: name } = user;
  const now = session.value;
  const copy: MenuEntry = { kind: "act", word: words.copyMessage, icon: CopyIcon, act: () => void copyMessage(body) };
  const report: MenuEntry = {
    kind: "act",
    word: words.reportMessage,
    icon: FlagIcon,
    act: () => openReport({ kind: "line", target: lineId, name, body }),
  };
  if (now.phase !== "in") return [copy, report];
  if (now.user.login === login) return [copy];
  return [
    { kind: "act", word: words.reply, icon: ReplyIcon, act: () => answerLine(room, line) },
    copy,
    report,
    {
      kind: "act",
      word: words.reportPerson(name),
      icon: FlagIcon,
      act: () => openReport({ kind: "user", target: login, channel, name }),
    },
    {
      kind: "act",
      word: words.blockPerson(name),
      act: () => void blockPerson({ id, login, displayName: name }),
      isHarm: true,
    },
  ];
}

async function copyMessage(body: string) {
  if (await copyText(body)) showToast(words.messageCopied);
  else showTrouble(uiWords.notCopied);
}
