// What the made-up site's API answers about videos: of each channel but the newcomer's a few, of every kind that a list shows.

import type { ChannelView } from "#schema/api/channels.ts";
import type { VideoView } from "#schema/api/videos.ts";
import { type Answer, type Asked, ago, listOf } from "./answers.ts";
import { NEWCOMER } from "./people.ts";

const HOUR_MS = 3_600_000;

export function videoAnswer({ path, query, channels, user, nowMs }: Asked): Answer {
  if (path !== "/videos") return undefined;
  const login = query.get("channel");
  const shown = channels.filter((channel) => channel.login !== NEWCOMER && (login ?? channel.login) === channel.login);
  const videos = shown.flatMap((channel) => videosOf(channel, nowMs)).filter(isFor(user?.login ?? null));
  return listOf(login === null ? videos.sort(byDate).slice(0, Number(query.get("limit") ?? 50)) : videos);
}

const byDate = (a: VideoView, b: VideoView) => Date.parse(b.createdAt) - Date.parse(a.createdAt);

/** What is private or not ready is listed for its owner alone. */
const isFor =
  (login: string | null) =>
  ({ channel, visibility, status }: VideoView) =>
    channel.login === login || (visibility === "public" && (status === "ready" || status === "recording"));

function videosOf({ id, login, displayName, pictureUrl, live }: ChannelView, nowMs: number): VideoView[] {
  const video = (number: number, more: Partial<VideoView>): VideoView => ({
    ...{
      id: `00000000-0000-7000-8010-${id.slice(-8)}${String(number).padStart(4, "0")}`,
      channel: { id, login, displayName, pictureUrl },
      hasOwnPoster: false,
    },
    ...{ kind: "recording", status: "ready", broadcastId: null, visibility: "public", pinned: false, views: 0 },
    ...{ createdAt: ago(nowMs, number * 26 * HOUR_MS), startedAt: ago(nowMs, number * 26 * HOUR_MS) },
    ...{ title: "", durationMs: 2.6 * HOUR_MS, hlsUrl: `/videos/${number}/index.m3u8`, posterUrl: null },
    ...{ thumbnailUrl: `/live/${login}/thumbnail.jpg`, storyboard: null, failure: null, warning: null, progress: null },
    positionMs: null,
    clippable: true,
    highlightable: false,
    downloadable: false,
    ...more,
  });
  const onAir = live === null ? [] : [video(1, { status: "recording", startedAt: live.startedAt, thumbnailUrl: null })];
  return [
    ...onAir,
    video(2, { title: "Kelp at noon", views: 1_204, positionMs: HOUR_MS }),
    video(3, {
      kind: "upload",
      title: "The reef in one breath",
      startedAt: null,
      durationMs: 94_000,
      views: 1,
      pinned: true,
    }),
    video(4, {
      kind: "upload",
      title: "Night dive",
      status: "processing",
      progress: 0.4,
      startedAt: null,
      hlsUrl: null,
    }),
    video(5, { title: "The wreck, part two", views: 318, visibility: "private" }),
    video(6, { title: "A title of many words that runs on and on, as titles of long evenings often do" }),
  ];
}
