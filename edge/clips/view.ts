// Rows of clips → the API's answers.

import type { ClipView, DownloadView } from "#schema/api/clips.ts";
import type { ClipRow } from "#schema/queries/clips/clips.ts";
import type { SessionFile } from "../downloads/sessions.ts";
import type { Who } from "../identity/tokens/who.ts";
import type { Grant, PlaybackTokens } from "../playback/token.ts";
import { videoPath } from "../videos/address.ts";
import { type Standing, standingOf } from "../videos/rights.ts";
import { mediaToken } from "../videos/view.ts";
import { clipPath } from "./address.ts";

type Tokens = Pick<PlaybackTokens, "issue" | "sessionOf" | "newSession">;

/** As of its video. */
export const clipStanding = (row: ClipRow, asker: Who | null): Standing =>
  standingOf({ ...row, status: "ready" }, asker);

/** Its maker, and who keeps order in the channel. */
export const mayDelete = ({ userId, roles }: ClipRow, { keeps }: Standing, asker: Who | null) =>
  asker !== null && (keeps || asker.userId === userId || roles.includes("moderator"));

export function clipView(row: ClipRow, { asker, tokens }: { asker: Who | null; tokens: Tokens }): ClipView {
  const standing = clipStanding(row, asker);
  const root = standing.grant === null ? null : clipRoot(row, { asker, grant: standing.grant, tokens });
  const { userId, makerLogin, makerName, offsetMs, durationMs, startMs } = row;
  return {
    id: row.id,
    channel: {
      id: row.channelId,
      login: row.login,
      displayName: row.displayName,
      pictureUrl: row.pictureUrl,
    },
    maker:
      userId === null || makerLogin === null
        ? null
        : { id: userId, login: makerLogin, displayName: makerName ?? makerLogin },
    title: row.title,
    createdAt: row.createdAt.toISOString(),
    durationMs,
    startOffsetMs: Math.round(offsetMs),
    endOffsetMs: Math.round(offsetMs + durationMs),
    hlsUrl: root && `${root}index.m3u8`,
    thumbnailUrl: root && (row.pictured || row.pictures.includes("thumbnail")) ? `${root}thumbnail.jpg` : null,
    visibility: row.visibility,
    views: row.views,
    video: row.videoGone ? null : { id: row.videoId, title: row.videoTitle, startMs: Math.round(startMs) },
    deletable: mayDelete(row, standing, asker),
  };
}

/** Of the addresses of its media. */
export function clipRoot(
  { id, visibility }: Pick<ClipRow, "id" | "visibility">,
  { asker, grant, tokens }: { asker: Who | null; grant: Grant; tokens: Tokens },
): string {
  return clipPath.root(id, grant === "count" ? null : mediaToken({ id, visibility }, { asker, grant, tokens }));
}

export const downloadView = (files: readonly SessionFile[], root: string): DownloadView => ({
  files: files.map(({ startMs, durationMs, runs }, i) => ({
    url: `${root}${videoPath.download(i + 1)}`,
    startMs: Math.round(startMs),
    durationMs: Math.round(durationMs),
    mediaBytes: runs.flat().reduce((sum, { bytes }) => sum + bytes, 0),
  })),
});
