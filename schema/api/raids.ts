// Raids: a channel sends its viewers to another one. Both channel owners can end it, and the target's says who may come.

import { type Static, t } from "elysia";
import { RAID_DELAY_MAX_MS, RAID_DELAY_MIN_MS } from "../wire/chat-limits.ts";
import { emptyBody, idParams, page, strict } from "./fields.ts";
import { route } from "./route.ts";
import {
  answer,
  bool,
  count,
  described,
  id,
  moment,
  oneOf,
  orNull,
  pageOf,
  part,
  text,
  wholeNumber,
  word,
} from "./shapes.ts";

const raider = part({ login: text, displayName: text });

export const raidAnswer = answer("Raid", {
  id,
  /** `counting` down, `gone`: the viewers were sent, `cancelled` by the source, `declined` by the target. */
  state: oneOf("counting", "gone", "cancelled", "declined"),
  from: raider,
  to: raider,
  /** Of the source when the raid was started. */
  viewers: count,
  startedAt: moment,
  /** When the viewers go, in ms since 1970. */
  atMs: count,
});
export type RaidView = Static<typeof raidAnswer>;

const target = t.String({ minLength: 1, maxLength: 36, description: "login or id of the channel to go to" });

/** The same target again, while the raid counts down, answers the same raid. */
export const startRaid = route("POST /api/v1/channels/:channel/raid", {
  access: "editor",
  scope: "channel:write",
  limit: "write",
  body: t.Object(
    {
      to: target,
      inMs: t.Optional(
        wholeNumber({
          minimum: RAID_DELAY_MIN_MS,
          maximum: RAID_DELAY_MAX_MS,
          description: "a whole number of milliseconds, from 5 to 90 seconds; without it 10 seconds",
        }),
      ),
    },
    strict,
  ),
  answers: { 201: raidAnswer },
  codes: ["raid_running", "raid_refused", "raid_target_offline", "busy", "moved"],
  summary: "Send the channel's viewers to another channel after a countdown",
});

/** For who started it, and has no chat open. */
export const readRaid = route("GET /api/v1/channels/:channel/raid", {
  access: "editor",
  scope: "channel:read",
  limit: "read",
  answers: {
    200: part({ raid: described(orNull(raidAnswer), "null: the channel has not sent its viewers anywhere yet") }),
  },
  summary: "The channel's last raid of another one, which may count down",
});

/** Without effect if none counts down. */
export const cancelRaid = route("DELETE /api/v1/channels/:channel/raid", {
  access: "editor",
  scope: "channel:write",
  limit: "write",
  answers: { 204: null },
  codes: ["busy", "moved"],
  summary: "Cancel the raid that counts down",
});

export const listRaids = route("GET /api/v1/channels/:channel/raids", {
  access: "editor",
  scope: "channel:read",
  limit: "read",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(raidAnswer) },
  summary: "List the raids that came to the channel, or are about to, newest first",
});

/** Also after the viewers came: both channels then see it as declined. */
export const declineRaid = route("POST /api/v1/channels/:channel/raids/:id/decline", {
  access: "owner",
  scope: "channel:write",
  limit: "write",
  params: t.Object({ ...idParams.properties, channel: t.String() }),
  body: emptyBody,
  answers: { 200: raidAnswer },
  codes: ["busy", "moved"],
  summary: "Decline a raid of another channel",
});

const ACCEPTED = ["everyone", "followed", "off"] as const;

export const raidSettingsAnswer = answer("RaidSettings", {
  /** `followed`: channels that the channel owner follows. */
  accept: oneOf(...ACCEPTED),
  /** Raids of fewer viewers are refused. */
  viewersMin: count,
  /** Raids may come while the channel is off air. */
  whileOffline: bool,
});
export type RaidSettings = Static<typeof raidSettingsAnswer>;

export const readRaidSettings = route("GET /api/v1/channels/:channel/raids/settings", {
  access: "editor",
  scope: "channel:read",
  limit: "read",
  answers: { 200: raidSettingsAnswer },
  summary: "Which raids may come to the channel",
});

export const changeRaidSettings = route("PATCH /api/v1/channels/:channel/raids/settings", {
  access: "owner",
  scope: "channel:write",
  limit: "write",
  body: t.Object(
    {
      accept: t.Optional(word(ACCEPTED, ACCEPTED.join(", "))),
      viewersMin: t.Optional(
        wholeNumber({ minimum: 0, maximum: 1_000_000, description: "a whole number from 0 to 1000000" }),
      ),
      whileOffline: t.Optional(t.Boolean({ description: "true or false" })),
    },
    strict,
  ),
  answers: { 200: raidSettingsAnswer },
  summary: "Change which raids may come to the channel",
});
