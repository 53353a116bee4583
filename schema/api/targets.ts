// A channel's targets: other RTMP services to which its broadcasts are forwarded (`/api/v1/channels/:channel/targets`).

import { type Static, t } from "elysia";
import { STREAM_KEY_LENGTH_MAX, TARGET_FAULTS, TARGET_URL_LENGTH_MAX } from "../wire/targets.ts";
import { idParams, NAME_PATTERN, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, count, id, moment, oneOf, orNull, pageOf, part, text } from "./shapes.ts";

const channelTarget = t.Object({ ...idParams.properties, channel: t.String() }, strict);

/**
 * - `off`: switched off.
 * - `waiting`: for a broadcast that viewers can see.
 * - `connecting`.
 * - `live`: the service takes the broadcast, since `since`.
 * - `failed`: because of `fault`; the next attempt is at `retryAt`.
 * - `unknown`: the channel's owner does not answer now.
 */
export const TARGET_PHASES = ["off", "waiting", "connecting", "live", "failed", "unknown"] as const;

export const targetAnswer = answer("Target", {
  id,
  name: text,
  /** `rtmp://` or `rtmps://`, without the key. */
  serverUrl: text,
  /** The key's last four characters; null: it is too short for that. The key itself is never answered. */
  keyHint: orNull(text),
  enabled: bool,
  createdAt: moment,
  state: part({
    phase: oneOf(...TARGET_PHASES),
    since: orNull(moment),
    fault: orNull(oneOf(...TARGET_FAULTS)),
    retryAt: orNull(moment),
    /** Pictures left out since it is live, because the service was too slow. */
    droppedFrames: count,
  }),
});
export type TargetView = Static<typeof targetAnswer>;

const name = t.String({ pattern: NAME_PATTERN, minLength: 1, maxLength: 50, description: "1 to 50 characters" });
const serverUrl = t.String({
  pattern: "^\\s*[Rr][Tt][Mm][Pp][Ss]?://\\S+\\s*$",
  maxLength: TARGET_URL_LENGTH_MAX,
  description: `rtmp:// or rtmps://, a host and a path, at most ${TARGET_URL_LENGTH_MAX} characters`,
});
const streamKey = t.String({
  // Keys are pasted with blanks and line breaks around them.
  pattern: "^\\s*[!-~]+\\s*$",
  maxLength: STREAM_KEY_LENGTH_MAX,
  description: `the key that the service gave you, without blanks, at most ${STREAM_KEY_LENGTH_MAX} characters`,
});
const enabled = t.Boolean({ description: "true or false" });

const owners = { access: "owner-alone", scope: "stream-key" } as const;

export const listTargets = route("GET /api/v1/channels/:channel/targets", {
  ...owners,
  limit: "read",
  answers: { 200: pageOf(targetAnswer) },
  summary: "List the services that broadcasts are forwarded to, and how that goes",
});

export const readTarget = route("GET /api/v1/channels/:channel/targets/:id", {
  ...owners,
  limit: "read",
  params: channelTarget,
  answers: { 200: targetAnswer },
  summary: "One service that broadcasts are forwarded to",
});

export const addTarget = route("POST /api/v1/channels/:channel/targets", {
  ...owners,
  limit: "stream-key",
  body: t.Object({ name, serverUrl, streamKey, enabled: t.Optional(enabled) }, strict),
  answers: { 201: targetAnswer },
  codes: ["too_many", "restream_off"],
  summary: "Forward broadcasts to another service; its stream key is never shown again",
});

export const changeTarget = route("PUT /api/v1/channels/:channel/targets/:id", {
  ...owners,
  limit: "stream-key",
  params: channelTarget,
  // Without a key it stays; another address needs it anew.
  body: t.Object({ name, serverUrl, enabled, streamKey: t.Optional(streamKey) }, strict),
  answers: { 200: targetAnswer },
  codes: ["restream_off"],
  summary: "Change a service that broadcasts are forwarded to; another address needs its key",
});

export const removeTarget = route("DELETE /api/v1/channels/:channel/targets/:id", {
  ...owners,
  limit: "stream-key",
  params: channelTarget,
  answers: { 204: null },
  summary: "Forward broadcasts to this service no more",
});
