// What the made-up site's API answers about videos: of each channel but the newcomer's a few, of every kind that a list shows.

import type { ChannelView } from "#schema/api/channels.ts";
import type { ReplayedLine, ShownVideo, VideoView } from "#schema/api/videos.ts";
import { type Answer, type Asked, ago, lineOf, listOf } from "./answers.ts";
import { NEWCOMER } from "./people.ts";

const HOUR_MS = 3_600_000;
/** Between two lines of a replayed chat. */
const LINE_EACH_MS = 9_000;

export function videoAnswer(asked: Asked): Answer {
  const { path, query, channels, user, nowMs } = asked;
  const [, id, what] = /^\/videos\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
  if (id !== undefined) return what === "chat" ? listOf(replayed(query, nowMs)) : what ? undefined : shown(id, asked);
  if (path !== "/videos") return undefined;
  const login = query.get("channel");
  const listed = channels.filter((channel) => channel.login !== NEWCOMER && (login ?? channel.login) === channel.login);
  const videos = listed.flatMap((channel) => videosOf(channel, nowMs)).filter(isFor(user?.login ?? null));
  return listOf(login === null ? videos.sort(byDate).slice(0, Number(query.get("limit") ?? 50)) : videos);
}

/** One video, for its page. */
function shown(id: string, { channels, user, nowMs }: Asked): ShownVideo | undefined {
  const video = channels.flatMap((channel) => videosOf(channel, nowMs)).find((one) => one.id === id);
  if (video === undefined) return undefined;
  const isOwn = video.channel.login === user?.login;
  const chapters = [
    { startMs: 0, title: "Down the line", category: "Nature" },
    { startMs: 0.6 * HOUR_MS, title: "The kelp forest, and who lives in it", category: "Nature" },
    { startMs: 1.9 * HOUR_MS, title: "Questions at the stove", category: "Food" },
  ];
  return {
    ...{ ...video, highlightable: isOwn, downloadable: isOwn, posterUrl: video.thumbnailUrl },
    ...{ positionMs: user === null ? null : video.positionMs, chapters: video.kind === "recording" ? chapters : [] },
    storyboard: { url: "/videos/2/storyboard.vtt", intervalMs: 10_000, width: 160, height: 90 },
  };
}

/** A chat that never stops. */
function replayed(query: URLSearchParams, nowMs: number): ReplayedLine[] {
  const [fromMs, toMs] = [Number(query.get("fromMs")), Number(query.get("toMs"))];
  const first = Math.ceil(fromMs / LINE_EACH_MS);
  return Array.from({ length: Math.ceil(toMs / LINE_EACH_MS) - first }, (_, at) => ({
    ...lineOf(first + at, ago(nowMs, 2 * 26 * HOUR_MS)),
    offsetMs: (first + at) * LINE_EACH_MS,
  }));
}

const byDate = (a: VideoView, b: VideoView) => Date.parse(b.createdAt) - Date.parse(a.createdAt);

/** What is private or not ready is listed for its owner alone. */
const isFor =
  (login: string | null) =>
  ({ channel, visibility, status }: VideoView) =>
    channel.login === login || (visibility === "public" && (status === "ready" || status === "recording"));

export function videosOf({ id, login, displayName, pictureUrl, live }: ChannelView, nowMs: number): VideoView[] {
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
