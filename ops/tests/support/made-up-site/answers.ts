// What the made-up site's API answers to those who look for something to watch.

import type { BroadcastView } from "#schema/api/broadcasts.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import type { LineEntry } from "#schema/api/chat.ts";
import type { FollowView } from "#schema/api/follows.ts";
import type { SearchView } from "#schema/api/search.ts";
import type { UserView } from "#schema/api/user.ts";
import { withLinks } from "#schema/wire/line-links.ts";
import { CHAT, categoriesAt, FOLLOWED, NEWCOMER } from "./people.ts";

/** One request: what is asked for, when, and by whom. */
export interface Asked {
  method: string;
  /** Below `/api/v1`. */
  path: string;
  query: URLSearchParams;
  nowMs: number;
  user: UserView | null;
  channels: readonly ChannelView[];
}

/** The body of an answer, or all of it; undefined: this file does not know the path. */
export type Answer = object | Response | undefined;

export const listOf = <Item>(items: readonly Item[]) => ({ items, nextCursor: null });
export const ago = (nowMs: number, ms: number) => new Date(nowMs - ms).toISOString();
const HOUR_MS = 3_600_000;

export function findingAnswer(asked: Asked): Answer {
  const { path, query, channels } = asked;
  const live = channels.filter((channel) => channel.live !== null);
  if (path === "/channels") {
    const category = query.get("category");
    return listOf(live.filter((channel) => category === null || channel.categorySlug === category));
  }
  if (path === "/categories") return listOf(categoriesAt(asked.nowMs, [...channels]));
  if (path.startsWith("/categories/"))
    return categoriesAt(asked.nowMs, [...channels]).find(({ slug }) => path === `/categories/${slug}`);
  if (path.endsWith("/emotes")) return { channel: [], instance: [] };
  if (path === "/search") return found(query.get("q") ?? "", asked);
  if (path === "/me/follows") return listOf(follows(asked));
  if (path.startsWith("/me/follows/")) return { following: false, followedAt: null };
  return channelAnswer(asked);
}

function found(text: string, { channels, nowMs }: Asked): SearchView {
  const has = (...places: string[]) => places.some((place) => place.toLowerCase().includes(text.toLowerCase()));
  return {
    channels: listOf(channels.filter(({ login, title }) => has(login, title))) as SearchView["channels"],
    categories: categoriesAt(nowMs, [...channels]).filter(({ name }) => has(name)),
  };
}

function follows({ channels, query, nowMs, user }: Asked): FollowView[] {
  const wantsLive = query.get("live");
  return channels
    .filter(({ login }) => user !== null && user.login !== NEWCOMER && FOLLOWED.includes(login))
    .filter(({ live }) => wantsLive === null || (live !== null) === (wantsLive === "true"))
    .map((channel, at) => ({
      followedAt: ago(nowMs, (at + 1) * 24 * HOUR_MS),
      lastLiveAt: channel.live || channel.login === NEWCOMER ? null : ago(nowMs, 2 * HOUR_MS),
      channel,
    }));
}

/** What belongs to one channel. */
function channelAnswer({ path, channels, nowMs }: Asked): Answer {
  const [, login, what] = /^\/channels\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
  const channel = channels.find((one) => one.login === login);
  if (!channel) return undefined;
  if (what === undefined) return channel;
  if (what === "about")
    return {
      about: "Slow dives on a cold reef, one camera, no music.\nNext dive: Sunday, 21:00.",
      rules: "Be kind. No spoilers of what lives behind the rock.",
      links: [{ name: "Dive log", url: "https://example.org/log" }],
    };
  if (what === "chat/messages") return listOf(channel.login === NEWCOMER ? [] : lines(nowMs));
  if (what === "broadcasts") return listOf(channel.login === NEWCOMER ? [] : broadcasts(channel, nowMs));
  return undefined;
}

const lines = (nowMs: number): LineEntry[] => CHAT.map((_, at) => lineOf(at, ago(nowMs, (CHAT.length - at) * 20_000)));

/** What is said begins anew behind its last line. */
export function lineOf(number: number, at: string): LineEntry {
  const { login, body, badges = [] } = CHAT[number % CHAT.length]!;
  const color = ["#e3738f", "#4ecdc4", "#b8de6f"][number % 3]!;
  return withLinks({
    ...{ seq: number + 1, at, kind: "line", id: `00000000-0000-7000-800c-${String(number + 1).padStart(12, "0")}` },
    ...{ user: { id: login, login, displayName: login, color, badges }, body },
  });
}

/** The one on air, if there is one, and two before it. */
function broadcasts(channel: ChannelView, nowMs: number): BroadcastView[] {
  const past = ["Kelp at noon", "The wreck, part two"].map((title, at): BroadcastView => {
    const endedMs = nowMs - (2 + 48 * at) * HOUR_MS;
    return {
      ...{ id: `00000000-0000-7000-800d-${String(at + 1).padStart(12, "0")}`, channelId: channel.id, title },
      ...{ phase: "ended", startedAt: ago(endedMs, 2.6 * HOUR_MS), endedAt: ago(endedMs, 0), endReason: "stopped" },
      ...{ viewersPeak: 1_930 - 400 * at, viewersAverage: 812.4 - 100 * at, viewersUnique: 6_210 - 900 * at },
    };
  });
  const { live, title, id } = channel;
  if (live === null) return past;
  const now: BroadcastView = {
    ...{ id: live.broadcastId, channelId: id, title, phase: "live", startedAt: live.startedAt },
    ...{
      endedAt: null,
      endReason: null,
      viewersPeak: live.viewers,
      viewersAverage: live.viewers / 2,
      viewersUnique: 3 * live.viewers,
    },
  };
  return [now, ...past];
}
