// The pinned message, above the lines.

import type { PinView } from "#schema/api/pins.ts";
import { moderates } from "../people/ranks.ts";
import { unpin } from "../people/room-acts.ts";
import { isolated } from "../ui/isolated-name.ts";
import { PinIcon } from "../ui/moderation-icons.tsx";
import { showFailure } from "../ui/toast.ts";
import { words } from "../words/room-cards.ts";
import { emotes } from "./emotes.ts";
import { Body } from "./line.tsx";
import type { Room } from "./room.ts";
import { RoomCard } from "./room-card.tsx";

interface PinCardProps {
  pin: PinView;
  channel: string;
  room: Room;
}

export function PinCard({ pin: { line, by }, channel, room }: PinCardProps) {
  const body = (
    <Body body={line.body} action={line.action === true} emotes={emotes.value} links={line.links} isReachable />
  );
  return (
    <RoomCard
      id={line.id}
      label={words.pinned}
      icon={<PinIcon size="text" />}
      title={words.pinnedBy(isolated(by.displayName))}
      summary={line.body}
    >
      <p>
        <strong>{line.user.displayName}</strong>: {body}
      </p>
      {moderates(room) ? (
        <button type="button" class="link" onClick={() => void unpin(channel).catch(showFailure)}>
          {words.unpin}
        </button>
      ) : null}
    </RoomCard>
  );
}
