// Changes of a room's settings. Pure.

import type { RoomSettings } from "#schema/api/chat.ts";
import type { StoredSettings } from "#schema/queries/chat/acts.ts";
import { DEFAULT_ROOM_SETTINGS, type SettingsChange } from "#schema/wire/room.ts";

const MINUTE_MS = 60_000;

/** What the shield mode puts on: strict enough for a raid of made-up accounts. What is stricter already stays. */
const SHIELD = {
  followersOnlyMs: 10 * MINUTE_MS,
  slowMs: 10_000,
  uniqueMs: 5 * MINUTE_MS,
  accountAgeMs: 24 * 60 * MINUTE_MS,
};

export interface Settings {
  now: RoomSettings;
  /** What the end of the shield mode brings back; null: it is off. */
  unshielded: RoomSettings | null;
}

export const settingsOf = (stored: StoredSettings | null): Settings => ({
  now: { ...DEFAULT_ROOM_SETTINGS, ...stored?.settings },
  unshielded: stored?.unshielded ? { ...DEFAULT_ROOM_SETTINGS, ...stored.unshielded } : null,
});

/** A change of single modes while the shield is on lasts as long as it. */
export function changed({ now, unshielded }: Settings, { shield = now.shield, ...change }: SettingsChange): Settings {
  if (now.shield && !shield && unshielded) {
    const { autoSlowMs } = now;
    return { now: withModes({ ...unshielded, autoSlowMs }, change), unshielded: null };
  }
  if (!now.shield && shield) return { now: withModes(shielded(now), change), unshielded: now };
  return { now: withModes(now, change), unshielded };
}

/** A follow age turns followers-only on, and the end of followers-only forgets the age. */
function withModes(settings: RoomSettings, change: SettingsChange): RoomSettings {
  const next = { ...settings, ...change };
  if (change.followersOnly === false) next.followersOnlyMs = 0;
  else if (change.followersOnlyMs) next.followersOnly = true;
  if (!next.autoSlow) next.autoSlowMs = 0;
  return next;
}

function shielded(now: RoomSettings): RoomSettings {
  const atLeast = (name: keyof typeof SHIELD) => Math.max(now[name], SHIELD[name]);
  return {
    ...now,
    followersOnly: true,
    followersOnlyMs: atLeast("followersOnlyMs"),
    slowMs: atLeast("slowMs"),
    uniqueMs: atLeast("uniqueMs"),
    accountAgeMs: atLeast("accountAgeMs"),
    linksOff: true,
    verifiedOnly: true,
    shield: true,
  };
}
