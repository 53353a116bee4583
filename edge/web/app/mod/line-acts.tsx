// What a moderator does with the chosen line of the chat, by a key or a button.

import type { ShownLine } from "../chat/entries.ts";
import { answerLine } from "../people/answer-line.ts";
import { deleteLine } from "../people/moderation-acts.ts";
import { mayModerate } from "../people/ranks.ts";
import { pinLine } from "../people/room-acts.ts";
import { ReplyIcon } from "../ui/icons.tsx";
import { isolated } from "../ui/isolated-name.ts";
import { BanIcon, DeleteIcon, PinIcon, TimerIcon } from "../ui/moderation-icons.tsx";
import { showTrouble } from "../ui/toast.ts";
import { words } from "../words/mod.ts";
import type { Desk } from "./desk.ts";

interface LineAct {
  key: string;
  word: string;
  Icon: typeof BanIcon;
  run(desk: Desk, line: ShownLine): void;
}

/** Upon people of a lower rank. The server decides; what it surely refuses is not asked. */
const upon =
  (act: (desk: Desk, line: ShownLine) => void) =>
  (desk: Desk, line: ShownLine): void => {
    if (mayModerate(desk.room, line.user)) act(desk, line);
    else showTrouble(words.notUpon(isolated(line.user.displayName)));
  };

const remove = (desk: Desk, { id, deleted }: ShownLine) => {
  if (!deleted) desk.run(() => deleteLine(desk.channel, id));
};

export const LINE_ACTS: readonly LineAct[] = [
  {
    ...{ key: "d", word: words.deleteMessage, Icon: DeleteIcon },
    run: (desk, line) => (line.user.id === desk.room.you.peek()?.id ? remove(desk, line) : upon(remove)(desk, line)),
  },
  {
    ...{ key: "t", word: words.timeOut, Icon: TimerIcon },
    run: upon((desk, { user }) => desk.timeOut(user.login)),
  },
  { ...{ key: "b", word: words.ban, Icon: BanIcon }, run: upon((desk, { user }) => desk.askToBan(user)) },
  {
    ...{ key: "r", word: words.reply, Icon: ReplyIcon },
    run: (desk, line) => {
      if (!line.deleted) answerLine(desk.room, line);
    },
  },
  {
    ...{ key: "p", word: words.pin, Icon: PinIcon },
    run: (desk, { id, deleted }) => {
      if (!deleted) desk.run(() => pinLine({ channel: desk.channel, lineId: id }));
    },
  },
];
