// Requests and answers below `/api/v1/channels` and `/api/v1/broadcasts` (contract §2).

import { t } from "elysia";
import { category, language, page, strict, tag, title } from "./fields.ts";

export const channelsQuery = t.Object(
  {
    live: t.Optional(t.Union([t.Literal("true"), t.Literal("false"), t.Literal("")], { description: "true or false" })),
    category: t.Optional(t.String({ maxLength: 60, description: "at most 60 characters" })),
    q: t.Optional(t.String({ maxLength: 100, description: "at most 100 characters" })),
    sort: t.Optional(
      t.Union([t.Literal("viewers"), t.Literal("recent"), t.Literal("")], { description: "viewers or recent" }),
    ),
    ...page,
  },
  strict,
);

export const pageQuery = t.Object({ ...page }, strict);

export const updateChannelBody = t.Object(
  {
    title: t.Optional(title),
    category: t.Optional(t.Union([category, t.Null()], { description: "1 to 60 characters, or null" })),
    tags: t.Optional(t.Array(tag, { maxItems: 10, description: "at most 10 tags" })),
    language: t.Optional(t.Union([language, t.Null()], { description: "a language tag such as en, or null" })),
    mature: t.Optional(t.Boolean({ description: "true or false" })),
  },
  strict,
);

/** For calls that say it all by their address. */
export const emptyBody = t.Object({}, strict);

export interface LiveView {
  phase: "live" | "lost";
  broadcastId: string;
  startedAt: string;
  /** 0 while the counts are away. */
  viewers: number;
  hlsUrl: string;
  whepUrl: string | null;
  thumbnailUrl: string | null;
}

export interface ChannelView {
  id: string;
  login: string;
  displayName: string;
  title: string;
  category: string | null;
  tags: string[];
  language: string | null;
  mature: boolean;
  followers: number;
  live: LiveView | null;
  /** Only where it is suspended, for its owner and for staff; to everybody else it is not there. */
  suspension?: SuspensionView;
}

export interface SuspensionView {
  reason: string;
  /** Null: until staff lifts it. */
  until: string | null;
}

export interface StreamKeyView {
  /** The key's last four characters; null before the first key. */
  hint: string | null;
  rtmpUrl: string;
  createdAt: string | null;
}

/** The only time the key is shown. */
export interface NewStreamKeyView {
  streamKey: string;
  rtmpUrl: string;
}

export interface BroadcastView {
  id: string;
  channelId: string;
  title: string;
  phase: "live" | "lost" | "ended";
  startedAt: string;
  endedAt: string | null;
}
