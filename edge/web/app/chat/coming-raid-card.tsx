// A raid of another channel that is about to come, for those who moderate; the channel's owner can decline it.

import { useSignal } from "@preact/signals";
import type { RaidView } from "#schema/api/raids.ts";
import { declineRaid } from "../people/room-acts.ts";
import { serverMs } from "../server-clock.ts";
import { isolated } from "../ui/isolated-name.ts";
import { countText, nowMs } from "../ui/ticker.ts";
import { showFailure } from "../ui/toast.ts";
import { words } from "../words/room-cards.ts";
import { RaidFrame } from "./raid-frame.tsx";
import type { Room } from "./room.ts";
import { waitText } from "./wait-text.ts";

/** How long after its time it can be declined here; then in the studio. */
const SHOWN_MS = 60_000;

interface ComingRaidCardProps {
  raid: RaidView;
  /** Login of the channel. */
  channel: string;
  room: Room;
}

export function ComingRaidCard({ raid, channel, room }: ComingRaidCardProps) {
  const isHidden = useSignal(false);
  const { id, state, atMs, viewers } = raid;
  const now = serverMs(nowMs.value);
  if (isHidden.value || now - atMs > SHOWN_MS) return null;
  const from = { name: isolated(raid.from.displayName), count: countText(viewers) };
  const leftMs = atMs - now;
  const isOver = state === "cancelled" || state === "declined";
  const spoken = isOver
    ? words.comingRaidOver(from.name, state === "declined")
    : leftMs > 0
      ? words.comingRaid(from.name, from.count)
      : words.raidCame(from.name, from.count);
  const visible = isOver || leftMs <= 0 ? spoken : words.comingRaidIn(from.name, from.count, waitText(leftMs));
  const isOwner = room.you.value?.roles.includes("broadcaster") === true;
  return (
    <RaidFrame visible={visible} spoken={spoken}>
      {isOwner && !isOver ? (
        <button
          type="button"
          class="button danger"
          onClick={() => void declineRaid({ channel, raidId: id }).catch(showFailure)}
        >
          {words.declineRaid}
        </button>
      ) : null}
      <button
        type="button"
        class="button"
        onClick={() => {
          isHidden.value = true;
        }}
      >
        {words.hideRaid}
      </button>
    </RaidFrame>
  );
}
