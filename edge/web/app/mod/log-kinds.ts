// Kinds of acts in the moderation log, by which it is filtered; and what undoes an act.

import type { ModerationLogView } from "#schema/api/moderation.ts";
import type { SettingsChange } from "#schema/wire/room.ts";

export const LOG_KINDS = ["all", "people", "messages", "modes", "filters", "room"] as const;
export type LogKind = (typeof LOG_KINDS)[number];

const ACTS: Record<Exclude<LogKind, "all">, readonly string[]> = {
  people: ["ban", "timeout", "unban", "warn", "acknowledge"],
  messages: ["delete", "clear-person", "clear", "allow", "deny"],
  modes: ["settings"],
  filters: ["add-terms", "delete-term", "automod"],
  room: ["pin", "unpin", "announce", "poll-open", "poll-end", "raid", "raid-end", "raided"],
};

export interface LogFilter {
  kind: LogKind;
  /** Beginning of the login of who did it, or whom it concerns, in lower case. Empty: anybody. */
  person: string;
}

export function isLogged({ act, by, target }: ModerationLogView, { kind, person }: LogFilter): boolean {
  if (kind !== "all" && !ACTS[kind].includes(act)) return false;
  return person === "" || [by, target].some((one) => one?.login.startsWith(person));
}

/** How an act is undone; null: it cannot be. */
export type Undo = { kind: "unban"; person: string } | { kind: "modes"; change: SettingsChange };

const OFF = {
  slowMs: 0,
  followersOnly: false,
  subscribersOnly: false,
  emoteOnly: false,
  uniqueMs: 0,
  linksOff: false,
  verifiedOnly: false,
  accountAgeMs: 0,
  shield: false,
  autoSlow: false,
} as const satisfies SettingsChange;

/** The log does not have what was before, so that only modes that were put on are undone. */
export function undoOf({ act, target, settings }: ModerationLogView): Undo | null {
  if ((act === "ban" || act === "timeout") && target) return { kind: "unban", person: target.login };
  if (act !== "settings" || !settings) return null;
  const on = (Object.keys(OFF) as (keyof typeof OFF)[]).filter((mode) => settings[mode]);
  if (on.length === 0) return null;
  return { kind: "modes", change: Object.fromEntries(on.map((mode) => [mode, OFF[mode]])) };
}
