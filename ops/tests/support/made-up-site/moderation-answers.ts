// What the made-up site's API answers to those who moderate a channel.

import type { AutoModView } from "#schema/api/auto-mod.ts";
import type { HeldView } from "#schema/api/held-lines.ts";
import type { ModerationLogView } from "#schema/api/moderation.ts";
import type { RetentionView } from "#schema/api/retention.ts";
import type { PersonCardView, SuspicionView } from "#schema/api/room-people.ts";
import type { TermView } from "#schema/api/terms.ts";
import type { UnbanRequestView } from "#schema/api/unban-requests.ts";
import { AUTO_MOD_KINDS } from "#schema/wire/moderation/auto-mod.ts";
import { type Answer, type Asked, ago, listOf } from "./answers.ts";
import { STREAMER } from "./people.ts";
import { raidsAnswer } from "./raids.ts";
import { roomOf } from "./rooms.ts";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const uuid = (number: number) => `00000000-0000-7000-8019-${String(number).padStart(12, "0")}`;
const person = (login: string) => ({ id: login, login, displayName: login });
const author = (login: string, color: string) => ({ ...person(login), color, badges: [] });

/** There is something to do in the streamer's room alone. */
export function moderationAnswer(asked: Asked): Answer {
  const { path, nowMs, user } = asked;
  const [, login, what = ""] = /^\/channels\/([^/]+)\/(chat\/.+|raids?(?:\/settings)?|retention)$/.exec(path) ?? [];
  if (user === null || login === undefined) return undefined;
  const isBusy = login === STREAMER;
  if (what.startsWith("raid")) return raidsAnswer(what, login, asked);
  if (what.startsWith("chat/people/")) return card(what.slice("chat/people/".length), nowMs);
  switch (what) {
    case "chat/held":
      return listOf(isBusy ? held(nowMs) : []);
    case "chat/unban-requests":
      return listOf(isBusy ? requests(nowMs) : []);
    case "chat/suspicious":
      return listOf(isBusy ? suspicions(nowMs) : []);
    case "chat/log":
      return listOf(isBusy ? log(nowMs) : []);
    case "chat/terms":
      return listOf(terms(nowMs));
    case "chat/settings":
      return roomOf(nowMs);
    case "chat/automod":
      return autoMod;
    case "retention":
      return {
        ...{ days: null, bytes: null, chatDays: 90, instanceDays: 60, instanceBytes: 0, instanceChatDays: 365 },
      } satisfies RetentionView;
  }
  return undefined;
}

function held(nowMs: number): HeldView[] {
  const item = (number: number, ageMs: number, login: string, body: string, reason: HeldView["reason"]): HeldView => ({
    ...{ id: uuid(number), at: ago(nowMs, ageMs), expiresAt: ago(nowMs, ageMs - 5 * MINUTE_MS), body, reason },
    user: author(login, ["#e3738f", "#b8de6f", "#ffb02e"][number % 3]!),
  });
  return [
    item(1, 62 * SECOND_MS, "palekite", "that was one hell of a turn", {
      ...{ code: "automod", category: "profanity", level: 3, marks: [{ from: 13, to: 17 }] },
    }),
    item(2, 31 * SECOND_MS, "rustbucket", "Win a boat here: boat-prize.example", {
      ...{ code: "automod", category: "links", level: 2, marks: [{ from: 17, to: 35 }] },
    }),
    item(3, 8 * SECOND_MS, "quickfox_89", "lol ok then", { code: "suspicious", marks: [] }),
  ];
}

const requests = (nowMs: number): UnbanRequestView[] =>
  (
    [
      ["saltlicker", "I was on a bad day. It will not happen again.", HOUR_MS],
      ["nightjar_", "I did not know links were off.", 5 * HOUR_MS],
    ] as const
  ).map(([login, text, ageMs], at) => ({
    ...{ id: uuid(10 + at), user: person(login), at: ago(nowMs, ageMs), text, state: "open" as const },
    ...{ by: null, decidedAt: null, answer: "" },
  }));

const suspicions = (nowMs: number): SuspicionView[] => [
  { user: person("quickfox_89"), level: "likely", at: ago(nowMs, HOUR_MS), by: null },
];

function log(nowMs: number): ModerationLogView[] {
  const entry = (
    number: number,
    ageMs: number,
    by: string,
    act: ModerationLogView["act"],
    more: Partial<ModerationLogView> = {},
  ): ModerationLogView => ({
    ...{ id: uuid(20 + number), at: ago(nowMs, ageMs), act, by: person(by), byRoom: false, target: null },
    ...{ lineId: null, durationMs: null, reason: "", settings: null, terms: null, autoMod: null },
    ...more,
  });
  const quickfox = { target: person("quickfox_88") };
  return [
    entry(1, 20 * SECOND_MS, "fernly", "delete", quickfox),
    entry(2, 160 * SECOND_MS, "fernly", "settings", { settings: { linksOff: true }, durationMs: 10 * MINUTE_MS }),
    entry(3, 5 * MINUTE_MS, "mossfield", "timeout", { ...quickfox, durationMs: MINUTE_MS }),
    entry(4, 9 * MINUTE_MS, STREAMER, "poll-open"),
    entry(5, 12 * MINUTE_MS, "fernly", "allow", { target: person("oru") }),
    entry(6, 30 * MINUTE_MS, "fernly", "ban", { ...quickfox, reason: "the same link again" }),
  ];
}

function card(login: string, nowMs: number): PersonCardView {
  const line = (number: number, ageMs: number, body: string, deleted = false) => ({
    ...{ seq: number, at: ago(nowMs, ageMs), kind: "line" as const, id: uuid(40 + number), body },
    user: author(login, "#e3738f"),
    ...(deleted && { deleted }),
  });
  return {
    user: { ...person(login), pictureUrl: null },
    ...{ createdAt: ago(nowMs, 2 * DAY_MS), followedAt: ago(nowMs, 12 * MINUTE_MS), roles: [] },
    counts: { lines: 14, timeouts: 1, bans: 0, warnings: 1, deleted: 3 },
    ...{ ban: null, warning: null, suspicion: null },
    notes: [
      { id: uuid(50), at: ago(nowMs, 3 * DAY_MS), by: person("fernly"), text: "Seen on 26 Nov with the same link." },
    ],
    lines: [
      line(4, 18 * SECOND_MS, "lol ok then"),
      line(3, 22 * SECOND_MS, "spam spam spam", true),
      line(2, 49 * SECOND_MS, "anyone want a boat"),
      line(1, 127 * SECOND_MS, "hi"),
    ],
    history: [],
  };
}

const terms = (nowMs: number): TermView[] =>
  (
    [
      ["boat-prize", "blocked", null],
      ["free follow*", "blocked", -6 * DAY_MS],
      ["/b[o0]at\\W+prize/", "blocked", null],
      ["hell of a", "permitted", null],
    ] as const
  ).map(([text, kind, expiresMs], at) => ({
    ...{ id: uuid(60 + at), text, kind, by: person("fernly"), createdAt: ago(nowMs, (at + 1) * DAY_MS) },
    expiresAt: expiresMs === null ? null : ago(nowMs, expiresMs),
  }));

const autoMod: AutoModView = {
  levels: Object.fromEntries(AUTO_MOD_KINDS.map((kind, at) => [kind, at % 4])) as AutoModView["levels"],
  ...{ languages: ["en", "de"], allowedHosts: ["example.org"], holdSuspicious: true, holdMs: 5 * MINUTE_MS },
};
