// Who is on the made-up site: its channels, live and off air, and the people who sign in.

import type { CategoryView } from "#schema/api/categories.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Role, UserView } from "#schema/api/user.ts";

const uuid = (kind: string, number: number) => `00000000-0000-7000-8${kind}-${String(number).padStart(12, "0")}`;

interface Show {
  login: string;
  title: string;
  category: string | null;
  tags?: string[];
  followers: number;
  /** Null: off air. */
  viewers: number | null;
  onAirMs?: number;
}

const MINUTE_MS = 60_000;

/** Most watched first. */
const SHOWS: readonly Show[] = [
  {
    login: "tidewalker",
    title: "Coral and cold water: night dive with the slow camera",
    category: "Nature",
    tags: ["English", "Ocean", "No music"],
    followers: 18_204,
    viewers: 1_204,
    onAirMs: 134 * MINUTE_MS + 8_000,
  },
  {
    login: "brickandmoss",
    title: "Slow castle, day 41: the east tower falls again",
    category: "Platformers",
    tags: ["Building"],
    followers: 9_120,
    viewers: 862,
    onAirMs: 302 * MINUTE_MS + 10_000,
  },
  {
    login: "quietrook",
    title: "Endgames nobody plays, with the people who do",
    category: "Chess",
    tags: ["Beginners welcome"],
    followers: 5_077,
    viewers: 417,
    onAirMs: 72 * MINUTE_MS + 44_000,
  },
  {
    login: "ovenlight",
    title: "Sunday stew for six, and why the onions go last",
    category: "Food",
    followers: 2_910,
    viewers: 233,
    onAirMs: 38 * MINUTE_MS + 5_000,
  },
  {
    login: "sevenhills",
    title: "Night stage, no lights, one spare tyre",
    category: "Racing",
    tags: ["Simulator", "Wheel and pedals", "Deutsch"],
    followers: 1_204,
    viewers: 188,
    onAirMs: 55 * MINUTE_MS,
  },
  {
    login: "low_orbit",
    title: "Landing on the third try",
    category: "Space",
    tags: ["Français"],
    followers: 804,
    viewers: 96,
    onAirMs: 12 * MINUTE_MS + 30_000,
  },
  {
    login: "mapmaker",
    title: "خريطة جديدة من البداية",
    category: "Strategy",
    followers: 330,
    viewers: 74,
    onAirMs: 4 * MINUTE_MS,
  },
  { login: "wwwwwwwwwwwwwwwwwwwwwwwww", title: "", category: null, followers: 12, viewers: 3, onAirMs: 40_000 },
  { login: "clayhands", title: "Two bowls from one lump", category: "Crafts", followers: 640, viewers: null },
  { login: "northkeys", title: "", category: null, followers: 41, viewers: null },
];

/** The streamer whose studio is shown. */
export const STREAMER = "tidewalker";
/** Sends its viewers to the streamer. */
export const RAIDER = "ovenlight";
/** A channel with a pinned message and a poll. */
export const POLLSTER = "quietrook";
/** Channels of which `PEOPLE.moderator` is one; in the first one there is something to do. */
export const MODERATED: readonly string[] = [STREAMER, "clayhands"];
/** Has never been live. */
export const NEWCOMER = "northkeys";

const channelOf = (show: Show, number: number, nowMs: number): ChannelView => ({
  id: uuid("000", number),
  login: show.login,
  displayName: show.login,
  pictureUrl: null,
  bannerUrl: null,
  title: show.title,
  category: show.category,
  categorySlug: show.category?.toLowerCase() ?? null,
  tags: show.tags ?? [],
  language: "en",
  mature: false,
  followers: show.followers,
  visibility: "public",
  autoStart: true,
  record: true,
  clips: true,
  downloads: false,
  live:
    show.viewers === null
      ? null
      : {
          phase: "live",
          broadcastId: uuid("00b", number),
          startedAt: new Date(nowMs - (show.onAirMs ?? 0)).toISOString(),
          viewers: show.viewers,
          hlsUrl: `/live/${show.login}/index.m3u8`,
          dvrUrl: null,
          whepUrl: null,
          thumbnailUrl: `/live/${show.login}/thumbnail.jpg`,
        },
});

/** Everybody's channel as of `nowMs`, the most watched first. */
export const channelsAt = (nowMs: number): ChannelView[] => SHOWS.map((show, at) => channelOf(show, at + 1, nowMs));

const CATEGORIES = ["Chess", "Crafts", "Food", "Music", "Nature", "Platformers", "Racing", "Space", "Strategy"];

/** Those with the most live channels first. */
export function categoriesAt(nowMs: number, live = channelsAt(nowMs)): CategoryView[] {
  const count = (slug: string) => live.filter((channel) => channel.live && channel.categorySlug === slug).length;
  return CATEGORIES.map((name) => {
    const slug = name.toLowerCase();
    return { slug, name, pictureUrl: null, liveChannels: count(slug) };
  }).sort((a, b) => b.liveChannels - a.liveChannels || a.name.localeCompare(b.name));
}

/** Those of the channels that the signed-in person follows. */
export const FOLLOWED: readonly string[] = ["brickandmoss", "quietrook", "low_orbit", "clayhands", "northkeys"];

const person = (login: string, number: number): UserView => ({
  id: uuid("00a", number),
  login,
  displayName: login,
  pictureUrl: null,
});

/** Who may look at a page. A visitor is signed out. */
export const PEOPLE = {
  visitor: null,
  viewer: person("fernly", 1),
  streamer: person(STREAMER, 2),
  newcomer: person(NEWCOMER, 3),
  admin: person("harbourmaster", 4),
  moderator: person("mossfield", 5),
} satisfies Record<string, UserView | null>;

export type Who = keyof typeof PEOPLE;

export const roleOf = (user: UserView): Role => (user.login === PEOPLE.admin.login ? "admin" : "user");

/** What is said in each chat. */
export const CHAT: readonly { login: string; body: string; badges?: string[] }[] = [
  { login: "brine", body: "what lens is this?" },
  { login: STREAMER, body: "macro, 60 mm, through the dome port", badges: ["broadcaster"] },
  { login: "palekite", body: "that anemone is the size of a bus" },
  { login: "oru", body: "first time here, staying" },
  { login: "mossfield", body: "the current is picking up, watch the left side", badges: ["moderator"] },
  { login: "fernly", body: "https://example.org/chart has today's tide, low at 22:40" },
];
