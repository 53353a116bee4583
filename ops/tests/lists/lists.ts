// Each list of the API, by the page that is asked of it: the statements that routes call.

import type { Sql } from "#schema/database.ts";
import { broadcastsOf } from "#schema/queries/channels/broadcasts.ts";
import { listedCategories } from "#schema/queries/channels/categories.ts";
import { listedChannels } from "#schema/queries/channels/channels.ts";
import { searchedCategories, searchedChannels } from "#schema/queries/channels/search.ts";
import { listedClips } from "#schema/queries/clips/clips.ts";
import { auditAbout, auditEntries } from "#schema/queries/operator/audit.ts";
import { usersLike } from "#schema/queries/operator/users.ts";
import { blocksOf } from "#schema/queries/people/blocks.ts";
import { holdersOfRole } from "#schema/queries/people/channel-roles.ts";
import { followersOf, followsOf } from "#schema/queries/people/follows.ts";
import { reportsList } from "#schema/queries/people/reports.ts";
import { searchKey, titleWords } from "#schema/queries/search/words.ts";
import { linesBetween } from "#schema/queries/videos/chat-replay.ts";
import { segmentsAfter } from "#schema/queries/videos/segments.ts";
import { DATE_MS } from "#schema/queries/videos/testing.ts";
import { listedVideos } from "#schema/queries/videos/videos.ts";
import { type LargeSite, PREFIX } from "./large-site.ts";

const LIMIT = 20;

const key = (sql: Sql, text: string) => searchKey(sql, text);
const video = { channelId: null, askerId: null, keeps: false, words: null, beforeId: null, limit: LIMIT };
const channels = { live: null, category: null, q: null, beforeId: null, limit: LIMIT };
const clip = { videoId: null, askerId: null, keeps: false, beforeId: null, limit: LIMIT };
const reported = { status: null, kind: null, targetId: null, afterId: null, limit: LIMIT };
const audit = { actorId: null, act: null, targets: null, before: null, since: null, beforeId: null, limit: LIMIT };
const people = { q: null, role: null, suspended: null, beforeId: null, limit: LIMIT };

type List = (sql: Sql, site: LargeSite) => Promise<readonly unknown[]>;

/** A page of each list; of those with questions also the page of a rare and of a common answer. */
export const LISTS: Record<string, List> = {
  "videos: newest": (sql) => listedVideos(sql, video),
  "videos: a later page": (sql, { middleOf }) => listedVideos(sql, { ...video, beforeId: middleOf(PREFIX.video) }),
  "videos: of a channel": (sql, { channelId }) => listedVideos(sql, { ...video, channelId }),
  "videos: of its owner": (sql, { channelId, userId }) =>
    listedVideos(sql, { ...video, channelId, keeps: true, askerId: userId }),
  "videos: by a rare word": async (sql, { middle }) =>
    listedVideos(sql, { ...video, words: titleWords(await key(sql, `${middle - 1}`)) }),
  "videos: by a common word": async (sql) => listedVideos(sql, { ...video, words: titleWords(await key(sql, "reef")) }),
  "channels: all": (sql) => listedChannels(sql, channels),
  "channels: live": (sql) => listedChannels(sql, { ...channels, live: true }),
  "channels: off air": (sql) => listedChannels(sql, { ...channels, live: false }),
  "channels: a later page": (sql, { channelId }) => listedChannels(sql, { ...channels, beforeId: channelId }),
  "channels: of a common category": (sql) => listedChannels(sql, { ...channels, category: "Chess" }),
  "channels: of a rare category": (sql) => listedChannels(sql, { ...channels, category: "music" }),
  "channels: live ones of a category": (sql) => listedChannels(sql, { ...channels, live: true, category: "chess" }),
  "channels: by a part of a name": (sql, { middle }) => listedChannels(sql, { ...channels, q: `ser${middle - 1}` }),
  "channels: by a common part of a name": (sql) => listedChannels(sql, { ...channels, q: "user" }),
  "channels: by a common word": (sql) => listedChannels(sql, { ...channels, q: "reef" }),
  "channels: by a rare word": (sql, { middle }) => listedChannels(sql, { ...channels, q: `chess ${middle + 2}` }),
  "channels: live ones by a word": (sql) => listedChannels(sql, { ...channels, live: true, q: "reef" }),
  "search: a name": async (sql) => searchedChannels(sql, { key: await key(sql, "user499"), after: null, limit: LIMIT }),
  "search: what is live": async (sql) =>
    searchedChannels(sql, { key: await key(sql, "reef"), after: null, limit: LIMIT }),
  "search: a letter": async (sql) => searchedChannels(sql, { key: await key(sql, "u"), after: null, limit: LIMIT }),
  "search: categories": async (sql) => searchedCategories(sql, { key: await key(sql, "chess"), limit: LIMIT }),
  categories: (sql) => listedCategories(sql, { after: null, limit: LIMIT }),
  "clips: of a channel": (sql, { channelId }) => listedClips(sql, { ...clip, channelId }),
  "clips: of a video": (sql, { channelId, busyVideoId }) =>
    listedClips(sql, { ...clip, channelId, videoId: busyVideoId }),
  "clips: a later page": (sql, { channelId, middleOf }) =>
    listedClips(sql, { ...clip, channelId, beforeId: middleOf(PREFIX.clip) }),
  broadcasts: (sql, { channelId }) => broadcastsOf(sql, { channelId, beforeId: null, limit: LIMIT }),
  "broadcasts: a later page": (sql, { channelId, middleOf }) =>
    broadcastsOf(sql, { channelId, beforeId: middleOf(PREFIX.broadcast), limit: LIMIT }),
  segments: (sql, { middleOf }) =>
    segmentsAfter(sql, { videoId: middleOf(PREFIX.longVideo), rendition: "source", after: 17_000, limit: LIMIT }),
  lines: (sql, { channelId, middle }) =>
    linesBetween(sql, {
      ...{ channelId, fromMs: DATE_MS + middle * 1_000, toMs: DATE_MS + middle * 1_500, within: null, after: null },
      limit: LIMIT,
    }),
  followers: (sql, { channelId }) => followersOf(sql, { channelId, before: null, limit: LIMIT }),
  follows: (sql, { userId }) => followsOf(sql, { userId, live: null, before: null, limit: LIMIT }),
  "follows: live": (sql, { userId }) => followsOf(sql, { userId, live: true, before: null, limit: LIMIT }),
  "reports: open": (sql) => reportsList(sql, { ...reported, status: "open" }),
  "reports: all": (sql) => reportsList(sql, reported),
  "reports: about one": (sql, { channelId }) => reportsList(sql, { ...reported, targetId: channelId }),
  "reports: of a rare kind": (sql) => reportsList(sql, { ...reported, kind: "user" }),
  "reports: dismissed ones of a rare kind": (sql) =>
    reportsList(sql, { ...reported, status: "dismissed", kind: "user" }),
  "audit: newest": (sql) => auditEntries(sql, audit),
  "audit: of one": (sql, { userId }) => auditEntries(sql, { ...audit, actorId: userId }),
  "audit: about one": (sql, { channelId }) => auditEntries(sql, { ...audit, targets: [channelId] }),
  "audit: a common act": (sql) => auditEntries(sql, { ...audit, act: "sign-in.failed" }),
  "audit: common acts": (sql) => auditEntries(sql, { ...audit, act: "sign-in" }),
  "audit: rare acts": (sql) => auditEntries(sql, { ...audit, act: "node" }),
  "audit: an early hour": (sql) =>
    auditEntries(sql, { ...audit, since: new Date(DATE_MS + 1_000_000), before: new Date(DATE_MS + 4_600_000) }),
  "audit: acts of a hour of one": (sql, { userId }) =>
    auditEntries(sql, { ...audit, actorId: userId, act: "sign-in", before: new Date(DATE_MS + 4_600_000) }),
  "audit: of a person": (sql, { userId, channelId }) => auditAbout(sql, { userId, channelId, limit: LIMIT }),
  "people: newest": (sql) => usersLike(sql, people),
  "people: by a part of a name": (sql, { middle }) => usersLike(sql, { ...people, q: `ser${middle - 1}` }),
  "people: by a common part of a name": (sql) => usersLike(sql, { ...people, q: "user" }),
  "people: by an address": (sql, { middle }) => usersLike(sql, { ...people, q: `user${middle}@example.org` }),
  "people: staff": (sql) => usersLike(sql, { ...people, role: "staff" }),
  "people: suspended": (sql) => usersLike(sql, { ...people, suspended: true }),
  blocked: (sql, { userId }) => blocksOf(sql, { userId, afterLogin: null, limit: LIMIT }),
  moderators: (sql, { channelId }) =>
    holdersOfRole(sql, { channelId, role: "moderator", afterLogin: null, limit: LIMIT }),
};
