// What the made-up site's API answers about clips: of each channel but the newcomer's two.

import type { ChannelView } from "#schema/api/channels.ts";
import type { ClipView } from "#schema/api/clips.ts";
import { type Answer, type Asked, ago, listOf } from "./answers.ts";
import { NEWCOMER, PEOPLE } from "./people.ts";
import { videosOf } from "./videos.ts";

const HOUR_MS = 3_600_000;

export function clipAnswer({ path, channels, user, nowMs }: Asked): Answer {
  const [, id] = /^\/clips\/([^/]+)$/.exec(path) ?? [];
  const [, login] = /^\/channels\/([^/]+)\/clips$/.exec(path) ?? [];
  if (id === undefined && login === undefined) return undefined;
  const clips = channels.flatMap((channel) => clipsOf(channel, nowMs));
  if (login !== undefined) return listOf(clips.filter(({ channel }) => channel.login === login));
  const clip = clips.find((one) => one.id === id);
  return clip && { ...clip, deletable: [clip.channel.login, clip.maker?.login].includes(user?.login) };
}

function clipsOf(channel: ChannelView, nowMs: number): ClipView[] {
  if (channel.login === NEWCOMER) return [];
  const { id, login, displayName, pictureUrl } = channel;
  const from = videosOf(channel, nowMs).find(({ title }) => title === "Kelp at noon")!;
  const clip = (number: number, more: Partial<ClipView>): ClipView => ({
    ...{ id: `00000000-0000-7000-8011-${id.slice(-8)}${String(number).padStart(4, "0")}`, title: "" },
    ...{ channel: { id, login, displayName, pictureUrl }, maker: PEOPLE.viewer, createdAt: ago(nowMs, 3 * HOUR_MS) },
    ...{ durationMs: 30_000, startOffsetMs: 2_000, endOffsetMs: 32_000, hlsUrl: "/videos/2/index.m3u8" },
    ...{ thumbnailUrl: `/live/${login}/thumbnail.jpg`, visibility: "public", views: 41, deletable: false },
    video: { id: from.id, title: from.title, startMs: HOUR_MS },
    ...more,
  });
  return [
    clip(1, { title: "The octopus takes the lens cap" }),
    clip(2, { title: "Two seconds of a very large eye", maker: null, durationMs: 5_000, views: 1, thumbnailUrl: null }),
  ];
}
