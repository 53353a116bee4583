// Rows of videos → the API's answers.

import type { VideoView } from "#schema/api/videos.ts";
import type { VideoRow } from "#schema/queries/videos/videos.ts";
import { ownPosterPath, PICTURE_SHAPES } from "#schema/wire/pictures.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { Grant, PlaybackTokens } from "../playback/token.ts";
import { videoPath } from "./address.ts";
import { type Standing, videoVersion } from "./rights.ts";

/** Whoever keeps a video may download it, others where the channel says so. */
export const mayDownload = ({ status, downloads }: VideoRow, { keeps, grant }: Standing) =>
  status === "ready" && (keeps || (downloads && grant !== null));

interface ViewedBy {
  asker: Who | null;
  standing: Standing;
  tokens: Pick<PlaybackTokens, "issue" | "sessionOf" | "newSession">;
}

export function videoView(row: VideoRow, { asker, standing, tokens }: ViewedBy): VideoView {
  const { id, status, firstAtMs, endsAtMs, storyboard } = row;
  const isRecording = status === "recording";
  const isPlayable = status === "ready" || (isRecording && firstAtMs !== null);
  const { grant } = standing;
  const token = () => (grant === null || grant === "count" ? null : mediaToken(row, { asker, grant, tokens }));
  const root = isPlayable && grant !== null ? videoPath.root(id, token()) : null;
  const startedAtMs = row.startedAt?.getTime() ?? firstAtMs;
  return {
    id,
    channel: { id: row.channelId, login: row.login, displayName: row.displayName, pictureUrl: row.pictureUrl },
    kind: row.kind,
    status,
    broadcastId: row.broadcastId,
    title: row.title,
    visibility: row.visibility,
    createdAt: row.createdAt.toISOString(),
    startedAt: startedAtMs === null ? null : new Date(startedAtMs).toISOString(),
    durationMs: Math.round(isRecording ? Math.max(0, (endsAtMs ?? 0) - (firstAtMs ?? 0)) : row.durationMs),
    views: row.views,
    pinned: row.pinned,
    clippable: row.clips && isPlayable && grant !== null,
    highlightable: status === "ready" && standing.keeps,
    downloadable: mayDownload(row, standing),
    hlsUrl: root && `${root}index.m3u8`,
    ...posterUrls(row, root),
    hasOwnPoster: row.posterHash !== null,
    storyboard:
      root && storyboard
        ? {
            url: `${root}storyboard.vtt`,
            intervalMs: storyboard.intervalMs,
            width: storyboard.width,
            height: storyboard.height,
          }
        : null,
    failure: standing.keeps ? row.failure : null,
    warning: standing.keeps ? row.warning : null,
    progress: standing.keeps && status === "processing" ? row.progress : null,
    positionMs: row.positionMs,
  };
}

/** Of the poster that its owner chose, else of a picture of the video. */
function posterUrls({ posterHash, pictures }: VideoRow, root: string | null) {
  const urlOf = (kind: "thumbnail" | "poster", width: number) => {
    if (root === null) return null;
    if (posterHash !== null) return root + ownPosterPath(posterHash, width);
    return pictures.includes(kind) ? `${root}${kind}.jpg` : null;
  };
  const [small, large] = PICTURE_SHAPES.poster.widths;
  return { thumbnailUrl: urlOf("thumbnail", small), posterUrl: urlOf("poster", large) };
}

/** A person is the same session each time, and counts as one view. */
export function mediaToken(
  { id, visibility }: Pick<VideoRow, "id" | "visibility">,
  { asker, grant, tokens }: Pick<ViewedBy, "asker" | "tokens"> & { grant: Grant },
): string {
  const session = asker ? tokens.sessionOf(id, `user ${asker.userId}`) : tokens.newSession();
  return tokens.issue({ channelId: id, grant, version: videoVersion(visibility), session }).text;
}
