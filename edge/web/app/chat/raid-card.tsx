// A raid that counts down: the window goes with it, unless the person stays. Who runs the channel stays, and can cancel it.

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { RaidView } from "#schema/api/raids.ts";
import { raids } from "../people/ranks.ts";
import { cancelRaid } from "../people/room-acts.ts";
import { navigate } from "../router.ts";
import { serverMs } from "../server-clock.ts";
import { isolated } from "../ui/isolated-name.ts";
import { nowMs } from "../ui/ticker.ts";
import { showFailure } from "../ui/toast.ts";
import { words } from "../words/room-cards.ts";
import { RaidFrame } from "./raid-frame.tsx";
import type { Room } from "./room.ts";
import { waitText } from "./wait-text.ts";

/** What has become of it stays as long. */
const OVER_SHOWN_MS = 20_000;

interface RaidCardProps {
  raid: RaidView;
  /** Login of the channel. */
  channel: string;
  room: Room;
  raidPath: ((login: string) => string) | null;
}

export function RaidCard({ raid, channel, room, raidPath }: RaidCardProps) {
  const stays = useSignal(false);
  const { state, to, atMs } = raid;
  const roles = room.you.value?.roles ?? [];
  const isOwner = roles.includes("broadcaster");
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
  const facts = { raid, name: isolated(to.displayName), goes, isOwner };
  const leftMs = Math.max(0, atMs - now);
  return (
    <RaidFrame visible={visible({ ...facts, leftMs })} spoken={spoken(facts)}>
      {isOwner || state === "cancelled" || state === "declined" ? null : (
        <a class="button primary" href={path}>
          {isGone ? words.goThere(facts.name) : words.goNow}
        </a>
      )}
      {goes && !isGone && state === "counting" ? (
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
      {raids(roles) && state === "counting" ? (
        <button type="button" class="button" onClick={() => void cancelRaid(channel).catch(showFailure)}>
          {words.cancelRaid}
        </button>
      ) : null}
    </RaidFrame>
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

function visible({ leftMs, ...facts }: Facts & { leftMs: number }): string {
  const { raid, name, goes, isOwner } = facts;
  if (raid.state !== "counting" || leftMs === 0) return spoken(facts);
  if (isOwner) return words.ownRaidIn(name, waitText(leftMs));
  return goes ? words.raidIn(name, waitText(leftMs)) : spoken(facts);
}
