// More about a channel: windows of their own, report, block.

import type { ChannelView } from "#schema/api/channels.ts";
import type { Room } from "../chat/room.ts";
import { blockPerson } from "../people/block-person.ts";
import { openReport } from "../people/report.tsx";
import { session } from "../session.ts";
import { MoreIcon } from "../ui/icons.tsx";
import { MenuButton } from "../ui/menu-button.tsx";
import type { MenuEntry } from "../ui/menu-entries.ts";
import { words } from "../words/channel.ts";

export function ChannelMore({ channel, room }: { channel: ChannelView; room: Room }) {
  const { login, displayName } = channel;
  const now = session.value;
  const isOwn = now.phase === "in" && now.user.login === login;
  // The id of the account is known from its lines; without one there are none to hide.
  const ownerId = () => room.entries.peek().lines.find(({ user }) => user.login === login)?.user.id ?? channel.id;
  const inWindow = (word: string, address: string, size: string): MenuEntry => ({
    kind: "act",
    word,
    act: () => void window.open(address, "_blank", `popup,noopener,${size}`),
  });
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
            inWindow(words.chatInWindow, `/popout/${login}/chat`, "width=380,height=720"),
            inWindow(words.playerInWindow, `/embed/${login}`, "width=854,height=480"),
          ],
        },
        { title: null, entries: isOwn ? [] : against },
      ]}
    >
      <MoreIcon />
    </MenuButton>
  );
}
