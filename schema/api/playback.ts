// Playback tokens: the right to watch a channel's media, and the session that is counted as a viewer.

import { type Static, t } from "elysia";
import { VIEWER_PATTERN } from "../wire/viewers.ts";
import { playbackPassword, strict } from "./fields.ts";
import { proof } from "./proof.ts";
import { route } from "./route.ts";
import { answer, moment, orNull, text } from "./shapes.ts";

export const playbackAnswer = answer("Playback", {
  /** Path of the multivariant playlist: `/live/<channel>/~<token>/index.m3u8`. All URIs below it are relative. */
  hlsUrl: text,
  /** Path for WHEP, `/live/<channel>/~<token>/whep`; null: this server does no WebRTC. */
  whepUrl: orNull(text),
  token: text,
  /** From then on media of a channel that is not public are refused with `playback_denied`. */
  expiresAt: moment,
});
export type PlaybackView = Static<typeof playbackAnswer>;

export const createPlayback = route("POST /api/v1/channels/:channel/playback", {
  access: "all",
  limit: "write",
  begins: "playback",
  body: t.Object(
    {
      password: t.Optional(playbackPassword),
      proof: t.Optional(proof),
      viewer: t.Optional(t.String({ pattern: VIEWER_PATTERN, description: "16 to 64 of A–Z a–z 0–9 _ -" })),
    },
    strict,
  ),
  answers: { 201: playbackAnswer },
  codes: ["followers_only", "password_required", "wrong_password", "proof_required", "busy"],
  summary: "A playback token, for whoever may watch the channel",
});
