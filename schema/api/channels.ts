// Channels: the list, one channel, and changes by its owner and editors (`/api/v1/channels`).

import { type Static, t } from "elysia";
import { category, language, page, playbackPassword, strict, tag, title } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, count, id, moment, oneOf, orNull, pageOf, queryFlag, text, word } from "./shapes.ts";
import { suspensionAnswer } from "./suspensions.ts";

/**
 * `unlisted`: in no list, playable by its address. `followers`, `password`: the media need a playback token (playback.ts), the channel's
 * page does not.
 */
const VISIBILITIES = ["public", "unlisted", "followers", "password"] as const;

const liveAnswer = answer("Live", {
  /** `preview`: for the channel's owner alone. */
  phase: oneOf("preview", "live", "lost"),
  broadcastId: id,
  startedAt: moment,
  /** 0 while Redis is away. */
  viewers: count,
  hlsUrl: text,
  /** The playlist of the whole broadcast so far, for whoever may play `hlsUrl`. Null: it cannot be rewound, since nothing of it is recorded. */
  dvrUrl: orNull(text),
  /** Path for WHEP; null: this server does no WebRTC. */
  whepUrl: orNull(text),
  /** A JPEG at most 320 wide, renewed each 10 s; `thumbnail-1280.jpg` beside it is the larger one. 404 until the first is made. Null for
   *  media that not everybody may have. */
  thumbnailUrl: orNull(text),
});

export type LiveView = Static<typeof liveAnswer>;

export const channelAnswer = answer("Channel", {
  id,
  login: text,
  displayName: text,
  /** Of its owner, in three widths: see User. Null: none. */
  pictureUrl: orNull(text),
  /** A WebP of 6:1, 960 wide; the same address with `-1920` in place of `-960` is a larger one. Null: none. */
  bannerUrl: orNull(text),
  title: text,
  category: orNull(text),
  /** Null: no category, or one that is not in the list of categories. */
  categorySlug: orNull(text),
  tags: t.Array(text),
  language: orNull(text),
  mature: bool,
  followers: count,
  visibility: oneOf(...VISIBILITIES),
  /** False: what is published is a preview until it is started by hand. */
  autoStart: bool,
  /** What is live is kept as a video, where there is an object store. A change counts from the next broadcast on. */
  record: bool,
  /** Viewers may make clips of what they may watch. */
  clips: bool,
  /** Viewers may download the videos that they may watch. */
  downloads: bool,
  live: orNull(liveAnswer),
  /** Only of a suspended channel, for its owner and staff; for everybody else such a channel is 404. */
  suspension: t.Optional(suspensionAnswer),
});
export type ChannelView = Static<typeof channelAnswer>;

const SORTS = word(["viewers", "recent"], "viewers or recent");

export const listChannels = route("GET /api/v1/channels", {
  access: "all",
  limit: "search",
  query: t.Object({
    live: t.Optional(queryFlag),
    category: t.Optional(t.String({ maxLength: 60, description: "name or slug of a category, at most 60 characters" })),
    q: t.Optional(
      t.String({
        maxLength: 100,
        description:
          "at most 100 characters: words that are parts of the login or display name, or begin words of the title",
      }),
    ),
    sort: t.Optional(SORTS),
    ...page,
  }),
  answers: { 200: pageOf(channelAnswer) },
  summary: "List channels; with `q` those in whose names all its words are, or whose title has words that begin so",
});

export const readChannel = route("GET /api/v1/channels/:channel", {
  access: "all",
  limit: "read",
  answers: { 200: channelAnswer },
  summary: "A channel",
});

export const changeChannel = route("PATCH /api/v1/channels/:channel", {
  access: "editor",
  scope: "channel:write",
  limit: "write",
  body: t.Object(
    {
      title: t.Optional(title),
      category: t.Optional(t.Union([category, t.Null()], { description: "name or slug of a category, or null" })),
      tags: t.Optional(t.Array(tag, { maxItems: 10, description: "at most 10 tags" })),
      language: t.Optional(t.Union([language, t.Null()], { description: "a language tag such as en, or null" })),
      mature: t.Optional(t.Boolean({ description: "true or false" })),
      visibility: t.Optional(word(VISIBILITIES, VISIBILITIES.join(", "))),
      playbackPassword: t.Optional(playbackPassword),
      autoStart: t.Optional(t.Boolean({ description: "true or false" })),
      record: t.Optional(t.Boolean({ description: "true or false" })),
      clips: t.Optional(t.Boolean({ description: "true or false" })),
      downloads: t.Optional(t.Boolean({ description: "true or false" })),
    },
    strict,
  ),
  answers: { 200: channelAnswer },
  summary: "Change a channel",
});
