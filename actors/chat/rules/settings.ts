// Changes of a room's settings. Pure.

import type { RoomSettings } from "#schema/api/chat.ts";
import type { StoredSettings } from "#schema/queries/chat/acts.ts";
import { DEFAULT_ROOM_SETTINGS, type SettingsChange } from "#schema/wire/room.ts";
import { type ModeEnds, TIMED_MODES } from "#schema/wire/timed-modes.ts";

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

interface Change {
  change: SettingsChange;
  /** When it is made. */
  atMs: number;
  /** What it puts on ends by itself after this time. Default: it stays. */
  forMs?: number | undefined;
}

/** A change of single modes while the shield is on lasts as long as it. */
export function changed({ now, unshielded }: Settings, { change, atMs, forMs }: Change): Settings {
  const { shield = now.shield, ...modes } = change;
  const untilMs = forMs === undefined ? null : atMs + forMs;
  const next = (settings: RoomSettings) => withEnds(withModes(settings, modes), change, untilMs);
  if (now.shield && !shield && unshielded) {
    const { autoSlowMs } = now;
    const before = { now: unshielded, unshielded: null };
    return { now: next({ ...(modesEnded(before, atMs)?.settings ?? before).now, autoSlowMs }), unshielded: null };
  }
  if (!now.shield && shield) return { now: next(shielded(now)), unshielded: now };
  return { now: next(now), unshielded };
}

/** The settings without the modes whose time is over, and what that changes. Null: none is over. */
export function modesEnded(settings: Settings, atMs: number): { settings: Settings; change: SettingsChange } | null {
  const { untilMs } = settings.now;
  if (!untilMs) return null;
  const over = TIMED_MODES.filter((mode) => (untilMs[mode] ?? Number.POSITIVE_INFINITY) <= atMs);
  if (over.length === 0) return null;
  const change = Object.fromEntries(over.map((mode) => [mode, DEFAULT_ROOM_SETTINGS[mode]])) as SettingsChange;
  return { settings: changed(settings, { change, atMs }), change };
}

/** A change of a mode is the last word about its end, too. */
function withEnds({ untilMs: before, ...next }: RoomSettings, change: SettingsChange, untilMs: number | null) {
  const ends: ModeEnds = { ...before };
  for (const mode of TIMED_MODES) {
    const isChanged = mode in change || (mode === "followersOnly" && "followersOnlyMs" in change);
    if (!isChanged) continue;
    if (untilMs !== null && next[mode]) ends[mode] = untilMs;
    else delete ends[mode];
  }
  return Object.keys(ends).length === 0 ? next : { ...next, untilMs: ends };
}

/** A follow age turns followers-only on, and the end of followers-only forgets the age. */
function withModes(settings: RoomSettings, change: SettingsChange): RoomSettings {
  const next = { ...settings, ...change };
  if (change.followersOnly === false) next.followersOnlyMs = 0;
  else if (change.followersOnlyMs) next.followersOnly = true;
  if (!next.autoSlow) next.autoSlowMs = 0;
  return next;
}

/** Its modes last as long as it. */
function shielded({ untilMs, ...now }: RoomSettings): RoomSettings {
  const atLeast = (name: keyof typeof SHIELD) => Math.max(now[name], SHIELD[name]);
  const { emoteOnly, subscribersOnly } = untilMs ?? {};
  const ends: ModeEnds = { ...(emoteOnly && { emoteOnly }), ...(subscribersOnly && { subscribersOnly }) };
  return {
    ...now,
    ...(Object.keys(ends).length > 0 && { untilMs: ends }),
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
