// Rows of videos → the API's answers.

import type { VideoView } from "#schema/api/videos.ts";
import type { VideoRow } from "#schema/queries/videos/videos.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { PlaybackTokens } from "../playback/token.ts";
import { videoPath } from "./address.ts";
import { type Standing, videoVersion } from "./rights.ts";

interface ViewedBy {
  asker: Who | null;
  standing: Standing;
  tokens: Pick<PlaybackTokens, "issue" | "sessionOf" | "newSession">;
}

export function videoView(row: VideoRow, { asker, standing, tokens }: ViewedBy): VideoView {
  const { id, status, firstAtMs, endsAtMs, storyboard, pictures } = row;
  const isRecording = status === "recording";
  const isPlayable = status === "ready" || (isRecording && firstAtMs !== null);
  const root =
    isPlayable && standing.grant !== null ? videoPath.root(id, tokenOf(row, { asker, standing, tokens })) : null;
  const startedAtMs = row.startedAt?.getTime() ?? firstAtMs;
  return {
    id,
    channel: { id: row.channelId, login: row.login, displayName: row.displayName },
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
    hlsUrl: root && `${root}index.m3u8`,
    thumbnailUrl: root && pictures.includes("thumbnail") ? `${root}thumbnail.jpg` : null,
    posterUrl: root && pictures.includes("poster") ? `${root}poster.jpg` : null,
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
    progress: null,
    positionMs: row.positionMs,
  };
}

/** Null where media need none. A person is the same session each time, and counts as one view. */
function tokenOf({ id, visibility }: VideoRow, { asker, standing: { grant }, tokens }: ViewedBy): string | null {
  if (grant === null || grant === "count") return null;
  const session = asker ? tokens.sessionOf(id, `user ${asker.userId}`) : tokens.newSession();
  return tokens.issue({ channelId: id, grant, version: videoVersion(visibility), session }).text;
}
