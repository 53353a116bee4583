// Follows: the channels that the asker follows, and which of them are live (`/api/v1/me/follows`), and who follows a channel.

import { type Static, t } from "elysia";
import { channelAnswer } from "./channels.ts";
import { emptyBody, page } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, moment, orNull, pageOf, queryFlag } from "./shapes.ts";
import { person } from "./user.ts";

export const followAnswer = answer("Follow", {
  followedAt: moment,
  /** When the last broadcast ended. Null: on air, or never live. */
  lastLiveAt: orNull(moment),
  channel: channelAnswer,
});
export type FollowView = Static<typeof followAnswer>;

/** The follow button of one channel. */
export const followingAnswer = answer("Following", {
  following: bool,
  /** Null: not followed. */
  followedAt: orNull(moment),
});

export const listFollows = route("GET /api/v1/me/follows", {
  access: "signed-in",
  scope: "follows:read",
  limit: "read",
  query: t.Object({ live: t.Optional(queryFlag), ...page }),
  answers: { 200: pageOf(followAnswer) },
  summary: "List the channels that I follow, the last followed first",
});

export const readFollowing = route("GET /api/v1/me/follows/:channel", {
  access: "signed-in",
  scope: "follows:read",
  limit: "read",
  answers: { 200: followingAnswer },
  summary: "Whether I follow a channel",
});

export const startFollowing = route("PUT /api/v1/me/follows/:channel", {
  access: "signed-in",
  scope: "follows:write",
  limit: "write",
  body: emptyBody,
  answers: { 204: null },
  codes: ["blocked", "too_many"],
  summary: "Follow a channel",
});

export const stopFollowing = route("DELETE /api/v1/me/follows/:channel", {
  access: "signed-in",
  scope: "follows:write",
  limit: "write",
  answers: { 204: null },
  summary: "Stop following a channel",
});

export const followerAnswer = answer("Follower", { ...person, followedAt: moment });
export type FollowerView = Static<typeof followerAnswer>;

/** Everybody may know their number: `followers` of the channel. */
export const listFollowers = route("GET /api/v1/channels/:channel/followers", {
  access: "moderator",
  scope: "channel:read",
  limit: "read",
  query: t.Object({ ...page }),
  answers: { 200: pageOf(followerAnswer) },
  summary: "List the channel's followers, the newest first",
});
