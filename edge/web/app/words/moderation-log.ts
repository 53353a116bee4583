// The moderation log in words.

import type { ModerationLogView } from "#schema/api/moderation.ts";
import { waitText } from "../chat/wait-text.ts";

export const words = {
  log: "Log",
  kind: "Acts",
  kinds: {
    all: "All acts",
    people: "Bans, time-outs, warnings",
    messages: "Messages",
    modes: "Modes",
    filters: "Filters",
    room: "Pins, polls, raids",
  },
  person: "Person",
  personHint: "Of whom it is, or whom it concerns",
  nothing: "Nothing was done yet.",
  nothingOfKind: "There is nothing of this kind in what is loaded.",
  undo: "Undo",
  undoOf: (what: string) => `Undo: ${what}`,
  gone: "a deleted account",
  you: "You",
} as const;

const MODES: Record<string, (value: unknown) => string> = {
  slowMs: (ms) => (ms ? `slow mode ${waitText(Number(ms))}` : "slow mode off"),
  followersOnly: (on) => (on ? "followers only" : "followers only off"),
  followersOnlyMs: (ms) => `followers of ${waitText(Number(ms))}`,
  subscribersOnly: (on) => (on ? "subscribers only" : "subscribers only off"),
  emoteOnly: (on) => (on ? "emotes only" : "emotes only off"),
  uniqueMs: (ms) => (ms ? "no repeats" : "repeats allowed"),
  linksOff: (on) => (on ? "links off" : "links on"),
  verifiedOnly: (on) => (on ? "confirmed e-mail only" : "confirmed e-mail only off"),
  accountAgeMs: (ms) => (ms ? `accounts of ${waitText(Number(ms))}` : "new accounts allowed"),
  shield: (on) => (on ? "shield mode" : "shield mode off"),
  autoSlow: (on) => (on ? "automatic slow mode" : "automatic slow mode off"),
};

const modesText = (settings: ModerationLogView["settings"]) =>
  Object.entries(settings ?? {})
    .flatMap(([mode, value]) => MODES[mode]?.(value) ?? [])
    .join(", ");

interface Said {
  by: string;
  whom: string;
  entry: ModerationLogView;
}

const SENTENCES: Record<string, (said: Said) => string> = {
  ban: ({ by, whom }) => `${by} banned ${whom}.`,
  timeout: ({ by, whom, entry }) => `${by} timed ${whom} out for ${waitText(entry.durationMs ?? 0)}.`,
  unban: ({ by, whom }) => `${by} let ${whom} write again.`,
  warn: ({ by, whom }) => `${by} warned ${whom}.`,
  acknowledge: ({ whom, by }) => `${whom || by} read the warning.`,
  delete: ({ by, whom }) => `${by} removed a message of ${whom}.`,
  "clear-person": ({ by, whom }) => `${by} removed all messages of ${whom}.`,
  clear: ({ by }) => `${by} cleared the chat.`,
  allow: ({ by, whom }) => `${by} allowed a message of ${whom}.`,
  deny: ({ by, whom }) => `${by} denied a message of ${whom}.`,
  settings: ({ by, entry }) =>
    `${by} changed the modes: ${modesText(entry.settings)}${entry.durationMs ? `, for ${waitText(entry.durationMs)}` : ""}.`,
  "add-terms": ({ by, entry }) => `${by} added terms: ${(entry.terms ?? []).join(", ")}.`,
  "delete-term": ({ by, entry }) => `${by} took a term off the list: ${(entry.terms ?? []).join(", ")}.`,
  automod: ({ by }) => `${by} changed AutoMod.`,
  pin: ({ by, whom }) => `${by} pinned a message of ${whom}.`,
  unpin: ({ by }) => `${by} took the pinned message down.`,
  announce: ({ by }) => `${by} announced something.`,
  "poll-open": ({ by }) => `${by} opened a poll.`,
  "poll-end": ({ by }) => `${by} ended a poll.`,
  raid: ({ by }) => `${by} started a raid.`,
  "raid-end": ({ by }) => `${by} ended a raid.`,
  raided: () => "Viewers of another channel came.",
};

/** What the room did by itself. */
const BY_ITSELF: Record<string, (entry: ModerationLogView) => string> = {
  settings: ({ settings }) => {
    const autoSlowMs = settings?.autoSlowMs;
    if (autoSlowMs === undefined) return `The time was over: ${modesText(settings)}.`;
    return autoSlowMs > 0
      ? `So much was written that slow mode is on: ${waitText(autoSlowMs)}.`
      : "Slow mode is off again.";
  },
  "poll-end": () => "A poll ended.",
  "raid-end": () => "The viewers went to another channel.",
};

/** A whole sentence. `by`, `whom`: names, isolated. An act of a later server is told by its name. */
export function logText(entry: ModerationLogView, by: string, whom: string): string {
  const byItself = entry.byRoom ? BY_ITSELF[entry.act]?.(entry) : undefined;
  const sentence = byItself ?? SENTENCES[entry.act]?.({ by, whom, entry }) ?? `${by}: ${entry.act} ${whom}`;
  return entry.reason === "" ? sentence : `${sentence} “${entry.reason}”`;
}
