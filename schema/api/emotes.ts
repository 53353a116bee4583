// Emotes of channels and of the instance. The body of an upload is the file itself, its code stands in the query.

import { type Static, t } from "elysia";
import { EMOTE_BYTES_MAX, EMOTE_CODE_PATTERN } from "../wire/emotes.ts";
import { idParams, strict } from "./fields.ts";
import { type FileSpec, route } from "./route.ts";
import { answer, bool, count, id, text } from "./shapes.ts";

export const emoteAnswer = answer("Emote", {
  id,
  /** Exact, between white space. */
  code: text,
  /** Of its lowest size; the others have the same shape. */
  width: count,
  height: count,
  animated: bool,
  /** Of its lowest size. */
  url: text,
  /** As a `srcset` of `<img>`, by pixels a px. */
  srcset: text,
  /** The same of its first frame, for who wants no motion. */
  stillUrl: text,
  stillSrcset: text,
});
export type EmoteView = Static<typeof emoteAnswer>;

const emoteSets = answer("EmoteSets", { channel: t.Array(emoteAnswer), instance: t.Array(emoteAnswer) });
export type EmoteSets = Static<typeof emoteSets>;

const file: FileSpec = { bytesMax: EMOTE_BYTES_MAX, types: ["image/png", "image/gif", "image/webp"] };
const named = t.Object({
  code: t.String({
    pattern: `^${EMOTE_CODE_PATTERN}$`,
    maxLength: 32,
    description: "3 to 32 letters a–z and A–Z, digits and underscores",
  }),
});

/** `not_a_picture`: neither PNG, GIF nor WebP by its bytes, or an animated PNG. */
const codes = [
  ...["not_a_picture", "picture_too_large", "picture_too_small", "too_many_frames", "picture_broken"],
  ...["code_taken", "too_many", "busy", "unavailable"],
] as const satisfies readonly string[];

export const listEmotes = route("GET /api/v1/channels/:channel/emotes", {
  access: "all",
  limit: "read",
  answers: { 200: emoteSets },
  summary: "List the emotes of a channel's room, those of the instance too",
});

/** `code_refused`: the code is judged as words, by the channel's terms and AutoMod's lists. */
export const addChannelEmote = route("POST /api/v1/channels/:channel/emotes", {
  access: "editor",
  scope: "channel:write",
  limit: "picture",
  query: named,
  file,
  answers: { 201: emoteAnswer },
  codes: [...codes, "code_refused", "moved"],
  summary: "Add an emote to a channel's room: PNG, GIF or WebP, animated ones too",
});

export const removeChannelEmote = route("DELETE /api/v1/channels/:channel/emotes/:id", {
  access: "editor",
  scope: "channel:write",
  limit: "write",
  params: t.Object({ ...idParams.properties, channel: t.String() }, strict),
  answers: { 204: null },
  codes: ["not_found"],
  summary: "Remove an emote of a channel's room; lines that were said show its code again",
});

export const addInstanceEmote = route("POST /api/v1/admin/emotes", {
  access: "staff",
  limit: "picture",
  query: named,
  file,
  answers: { 201: emoteAnswer },
  codes: [...codes],
  summary: "Add an emote to every room",
});

export const removeInstanceEmote = route("DELETE /api/v1/admin/emotes/:id", {
  access: "staff",
  limit: "write",
  params: idParams,
  answers: { 204: null },
  codes: ["not_found"],
  summary: "Remove an emote of every room",
});
