// More about a channel: windows of their own, report, block.

import type { ChannelView } from "#schema/api/channels.ts";
import type { Room } from "../chat/room.ts";
import { blockPerson } from "../people/block-person.ts";
import { openReport } from "../people/report.tsx";
import { session } from "../session.ts";
import { MoreIcon } from "../ui/icons.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
import type { MenuEntry } from "../ui/menu-entries.ts";
import { words } from "../words/channel-acts.ts";

export function ChannelMore({ channel, room }: { channel: ChannelView; room: Room }) {
  const { login, displayName } = channel;
  const now = session.value;
  const isOwn = now.phase === "in" && now.user.login === login;
  // The id of the account is known from its lines; without one there are none to hide.
  const ownerId = () => room.entries.peek().lines.find(({ user }) => user.login === login)?.user.id ?? channel.id;
  const chatInWindow = async () => (await import("../chat/open-pop-out.ts")).popOut(login);
  const playerInWindow = () => window.open(`/embed/${login}`, "_blank", "popup,noopener,width=854,height=480");
  const report = () => openReport({ kind: "channel", target: login, name: displayName });
  const block = () => void blockPerson({ id: ownerId(), login, displayName });
  const against: MenuEntry[] = [{ kind: "act", word: words.report(displayName), act: report }];
  if (now.phase === "in") against.push({ kind: "act", word: words.block(displayName), act: block, isHarm: true });
  return (
    <MenuButton
      label={words.more}
      look="icon-button"
      groups={[
        {
          title: null,
          entries: [
            { kind: "act", word: words.chatInWindow, act: () => void chatInWindow() },
            { kind: "act", word: words.playerInWindow, act: () => void playerInWindow() },
          ],
        },
        { title: null, entries: isOwn ? [] : against },
      ]}
    >
      <MoreIcon />
    </MenuButton>
  );
}
