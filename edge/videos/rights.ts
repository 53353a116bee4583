// Who may see a video, watch it and change it, by its visibility and what connects the asker with its channel.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { PlayableVideo } from "#schema/queries/videos/playable.ts";
import type { VideoRow } from "#schema/queries/videos/videos.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { Grant, PlaybackTokens } from "../playback/token.ts";

/** The order is in tokens: a new one is added at the end. */
const VISIBILITIES = ["public", "unlisted", "followers", "private"] as const;
type Visibility = (typeof VISIBILITIES)[number];

/** In the place of a channel's playback version: a token ends when the video gets another visibility. */
export const videoVersion = (visibility: Visibility) => VISIBILITIES.indexOf(visibility);

/** True for media that need no token. */
export const isOpenVideo = ({ visibility, suspended }: { visibility: Visibility; suspended: boolean }) =>
  !suspended && (visibility === "public" || visibility === "unlisted");

export interface Standing {
  /** Owner of the channel, editor or admin: sees what others do not, and may change it. */
  keeps: boolean;
  /** False: to the asker it does not exist. */
  sees: boolean;
  /** Null: the asker may not watch it. `count`: media need no token. */
  grant: Grant | null;
}

type Connection = Pick<
  VideoRow,
  "ownerUserId" | "roles" | "follows" | "blocked" | "visibility" | "status" | "suspended"
>;

export function standingOf(video: Connection, asker: Who | null): Standing {
  const { ownerUserId, roles, follows, blocked, visibility, status, suspended } = video;
  // A bot has its user's platform role only with the scope `admin`.
  const role = asker && (asker.scopes === null || asker.scopes.has("admin")) ? asker.role : "user";
  const keeps = asker?.userId === ownerUserId || role === "admin" || roles.includes("editor");
  if (keeps) return { keeps, sees: true, grant: isOpenVideo(video) ? "count" : "preview" };
  const isStaff = role === "staff";
  const isThere = (status === "recording" || status === "ready") && visibility !== "private";
  if (!isThere || (suspended && !isStaff)) return { keeps, sees: false, grant: null };
  if (isOpenVideo(video)) return { keeps, sees: true, grant: "count" };
  if (isStaff) return { keeps, sees: true, grant: "preview" };
  const isFollower = !blocked && (follows || roles.length > 0);
  return { keeps, sees: true, grant: isFollower || roles.includes("moderator") ? "watch" : null };
}

export interface MediaRight {
  /** Counted as a view; null: the request names none. */
  session: string | null;
  /** Owner of the channel, editor, admin or staff, by a token for them. */
  mayKeep: boolean;
}

/**
 * Of a media request with this token. Throws Refusal: `not_found` for what others must not know of, `playback_denied` for what followers
 * may watch. Asks no database.
 */
export function mediaRight(
  { tokens, clock }: { tokens: Pick<PlaybackTokens, "read">; clock: Pick<Clock, "wallMs"> },
  /** Or a clip, by the visibility of its video. */
  video: Pick<PlayableVideo, "id" | "visibility" | "suspended">,
  text: string | null,
): MediaRight {
  const token = text === null ? null : tokens.read(text, video.id);
  const isValid =
    token !== null && token.version === videoVersion(video.visibility) && clock.wallMs() < token.expiresAtMs;
  const grant = isValid ? token.grant : "count";
  if (video.suspended && grant !== "preview") throw new Refusal("not_found");
  if (grant === "count" && video.visibility === "private") throw new Refusal("not_found");
  if (grant === "count" && video.visibility === "followers") throw new Refusal("playback_denied");
  return { session: token?.session ?? null, mayKeep: grant === "preview" };
}
