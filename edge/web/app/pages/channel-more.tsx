// More about a channel: windows of their own, report, block.

import type { ChannelView } from "#schema/api/channels.ts";
import type { Room } from "../chat/room.ts";
import { blockPerson } from "../people/line-menu.tsx";
import { openReport } from "../people/report.tsx";
import { session } from "../session.ts";
import { Disclosure } from "../ui/disclosure.tsx";
import { MoreIcon } from "../ui/icons.tsx";
import { words } from "../words/channel.ts";

export function ChannelMore({ channel, room }: { channel: ChannelView; room: Room }) {
  const { login, displayName } = channel;
  const now = session.value;
  const isOwn = now.phase === "in" && now.user.login === login;
  // The id of the account is known from its lines; without one there are none to hide.
  const ownerId = () => room.entries.peek().lines.find(({ user }) => user.login === login)?.user.id ?? channel.id;
  return (
    <Disclosure label={words.more} face={<MoreIcon />}>
      <a href={`/popout/${login}/chat`} target="_blank" rel="noopener">
        {words.chatInWindow}
      </a>
      <a href={`/embed/${login}`} target="_blank" rel="noopener">
        {words.playerInWindow}
      </a>
      {isOwn ? null : (
        <button type="button" onClick={() => openReport({ kind: "channel", target: login, name: displayName })}>
          {words.report(displayName)}
        </button>
      )}
      {isOwn || now.phase !== "in" ? null : (
        <button type="button" class="harm" onClick={() => void blockPerson({ id: ownerId(), login, displayName })}>
          {words.block(displayName)}
        </button>
      )}
    </Disclosure>
  );
}
