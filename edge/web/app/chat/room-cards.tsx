// What stands above the lines: a raid, the pinned message, a poll.

import { ComingRaidCard } from "./coming-raid-card.tsx";
import { PinCard } from "./pin-card.tsx";
import { PollCard } from "./poll-card.tsx";
import { RaidCard } from "./raid-card.tsx";
import type { Room } from "./room.ts";

export interface RoomCardsProps {
  /** Login of the channel. */
  channel: string;
  room: Room;
  /** Where this window goes with a raid, by the login of the channel it goes to. Null: it stays. */
  raidPath: ((login: string) => string) | null;
}

export function RoomCards({ channel, room, raidPath }: RoomCardsProps) {
  const { raid, coming, pinned, poll } = room.events;
  return (
    <div class="room-cards">
      {coming.value ? <ComingRaidCard key={coming.value.id} raid={coming.value} channel={channel} room={room} /> : null}
      {raid.value ? (
        <RaidCard key={raid.value.id} raid={raid.value} channel={channel} room={room} raidPath={raidPath} />
      ) : null}
      {pinned.value ? <PinCard key={pinned.value.line.id} pin={pinned.value} channel={channel} room={room} /> : null}
      {poll.value ? <PollCard key={poll.value.id} poll={poll.value} channel={channel} room={room} /> : null}
    </div>
  );
}
