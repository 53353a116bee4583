// What the bar and the cards of channels say: whole sentences with places for names and numbers, so that they can be translated.

import { countText } from "../ui/ticker.ts";

export const words = {
  skipToContent: "Skip to content",
  skipToChat: "Skip to chat",
  mainPages: "Main",
  home: "Home",
  browseShort: "Browse",
  you: "You",
  theme: "Theme",
  goLive: "Go live",
  signIn: "Sign in",
  signUp: "Sign up",
  signOut: "Sign out",
  yourChannel: "Your channel",
  studio: "Studio",
  settings: "Settings",
  staff: "Staff",
  toHome: (instance: string) => `${instance}, home`,
  accountOf: (name: string) => `Account of ${name}`,

  liveNow: "Live now",
  live: "Live",
  followed: "Followed",
  categories: "Categories",
  showMore: "Show more",
  loadingLate: "Still loading. Your connection may be slow.",
  nobodyLive: "Nobody is live right now",
  ended: "ENDED",

  following: "Following",
  offAir: "Off air",

  search: "Search",
  searchHint: "Search channels and categories",
  channels: "Channels",

  isLive: (name: string) => `${name} is live`,
  /** For screen readers, behind a title. */
  cardFacts: (name: string, viewers: string) => `, ${name}, live, ${viewers}`,
  cardEnded: (name: string) => `, ${name}, has ended`,
  /** For screen readers, behind a name in the rail. */
  liveWith: (viewers: string) => `live, ${viewers}`,
  /** `viewers` null: off air. */
  railEntry: (name: string, viewers: string | null) =>
    viewers === null ? `${name} · off air` : `${name} · ${viewers}`,
  lastLive: (when: string) => `Last live ${when}`,
  liveChannels: (count: number) => (count === 1 ? "1 live" : `${countText(count)} live`),
  searchFor: (query: string) => `Search for “${query}”`,
  suggestions: (count: number) => (count === 1 ? "1 suggestion" : `${count} suggestions`),
} as const;
