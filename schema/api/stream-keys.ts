// A channel's stream key, the secret that an encoder shows (`/api/v1/channels/:channel/stream-key`).

import { type Static, t } from "elysia";
import { emptyBody } from "./fields.ts";
import { route } from "./route.ts";
import { answer, moment, orNull, text } from "./shapes.ts";

/** Where the encoder connects to; OBS asks for it as "server". */
const servers = {
  /** `rtmp://host:port/app`. */
  rtmpUrl: text,
  /** The same with TLS, `rtmps://…`; absent where RTMPS is off. */
  rtmpsUrl: t.Optional(text),
  /** For programs that publish by WebRTC, with the key as their bearer token; absent where WHIP is off. */
  whipUrl: t.Optional(text),
};

export const streamKeyAnswer = answer("StreamKey", {
  /** The key's last four characters; null before the first key. */
  hint: orNull(text),
  ...servers,
  createdAt: orNull(moment),
});
export type StreamKeyView = Static<typeof streamKeyAnswer>;

/** The only time the key is shown. */
export const newStreamKeyAnswer = answer("NewStreamKey", { streamKey: text, ...servers });
export type NewStreamKeyView = Static<typeof newStreamKeyAnswer>;

export const readStreamKey = route("GET /api/v1/channels/:channel/stream-key", {
  access: "owner-alone",
  scope: "stream-key",
  limit: "read",
  answers: { 200: streamKeyAnswer },
  summary: "Hint and age of the stream key",
});

export const renewStreamKey = route("POST /api/v1/channels/:channel/stream-key", {
  access: "owner-alone",
  scope: "stream-key",
  limit: "stream-key",
  body: emptyBody,
  answers: { 201: newStreamKeyAnswer },
  summary: "Replace the stream key; the new one is shown once",
});

export const publishTicketAnswer = answer("PublishTicket", {
  /** Good for one session by WHIP, as its bearer token; the session is patched and ended with it too. */
  ticket: text,
  whipUrl: text,
  /** Until then a session must begin. */
  expiresAt: moment,
});
export type PublishTicketView = Static<typeof publishTicketAnswer>;

export const createPublishTicket = route("POST /api/v1/channels/:channel/publish-tickets", {
  access: "owner-alone",
  scope: "stream-key",
  limit: "stream-key",
  body: emptyBody,
  answers: { 201: publishTicketAnswer },
  codes: ["whip_off"],
  summary: "A ticket to publish once by WHIP, in place of the stream key, for a page that does not have it",
});
