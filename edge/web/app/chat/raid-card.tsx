// A raid that counts down: the window goes with it, unless the person stays. The channel's owner stays by themselves.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { RaidView } from "#schema/api/raids.ts";
import { navigate } from "../router.ts";
import { serverMs } from "../server-clock.ts";
import { RaidIcon } from "../ui/card-icons.tsx";
import { isolated } from "../ui/isolated-name.ts";
import { nowMs } from "../ui/ticker.ts";
import { words } from "../words/room-cards.ts";
import type { Room } from "./room.ts";
import { waitText } from "./wait-text.ts";

/** What has become of it stays as long. */
const OVER_SHOWN_MS = 20_000;

interface RaidCardProps {
  raid: RaidView;
  room: Room;
  raidPath: ((login: string) => string) | null;
}

export function RaidCard({ raid, room, raidPath }: RaidCardProps) {
  const stays = useSignal(false);
  const { state, to, atMs } = raid;
  const isOwner = room.you.value?.roles.includes("broadcaster") === true;
  const goes = raidPath !== null && !isOwner && !stays.value;
  const path = raidPath?.(to.login) ?? `/${to.login}`;
  const isGone = state === "gone";
  // Who comes when it is over is not sent after the others.
  const sawCountdown = useRef(state === "counting");
  useEffect(() => {
    if (isGone && goes && sawCountdown.current) navigate(path);
  }, [isGone, goes, path]);
  const now = serverMs(nowMs.value);
  if (state !== "counting" && now - atMs > OVER_SHOWN_MS) return null;
  const name = isolated(to.displayName);
  const leftMs = Math.max(0, atMs - now);
  return (
    <section class="room-card room-raid" aria-label={words.raid}>
      <div class="room-card-head">
        <RaidIcon size="text" />
        <p aria-hidden="true">{visible({ raid, name, leftMs, goes, isOwner })}</p>
        <p class="sr-only" role="status">
          {spoken({ raid, name, goes, isOwner })}
        </p>
      </div>
      {isOwner || state === "cancelled" || state === "declined" ? null : (
        <div class="room-card-body row">
          <a class="button primary" href={path}>
            {isGone ? words.goThere(name) : words.goNow}
          </a>
          {goes && !isGone ? (
            <button
              type="button"
              class="button"
              onClick={() => {
                stays.value = true;
              }}
            >
              {words.stay}
            </button>
          ) : null}
        </div>
      )}
    </section>
  );
}

interface Facts {
  raid: RaidView;
  name: string;
  goes: boolean;
  isOwner: boolean;
}

/** A countdown is read out once, not each second. */
function spoken({ raid: { state }, name, goes, isOwner }: Facts): string {
  if (state === "cancelled") return words.raidOff;
  if (state === "declined") return words.raidDeclined(name);
  if (state === "gone") return words.raidGone(name);
  if (isOwner) return words.ownRaid(name);
  return goes ? words.raidSoon(name) : words.staying;
}

const visible = ({ leftMs, ...facts }: Facts & { leftMs: number }): string =>
  facts.raid.state === "counting" && facts.goes && leftMs > 0
    ? words.raidIn(facts.name, waitText(leftMs))
    : spoken(facts);
