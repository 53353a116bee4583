// What a page about a channel says: whole sentences with places for names and numbers, so that they can be translated.

import { countText } from "../ui/ticker.ts";

export const words = {
  broadcast: "About this broadcast",
  followers: (count: number) => (count === 1 ? "1 follower" : `${countText(count)} followers`),
  viewer: (count: number) => (count === 1 ? "viewer" : "viewers"),
  isLive: (name: string) => `${name} is live`,
  liveNow: ", live now",
  badgeOffAir: "OFF AIR",
  badgePreview: "PREVIEW",
  showChat: "Show chat",

  parts: "Parts of this page",
  chat: "Chat",
  about: "About",

  stillLoading: "Still loading. Your connection may be slow.",
  serverAway: "We cannot reach the server. Trying again.",
  serverAwayFor: (wait: string) => `We cannot reach the server. Trying again in ${wait}.`,
  offline: "You are offline.",
  back: "Connected again.",
  retry: "Try now",
  waiting: (name: string) => `Waiting for ${name}. The stream goes on by itself.`,
  previewSaid: "This is your preview. Nobody else sees it.",
  offAir: (name: string) => `${name} is off air`,
  lastLive: (when: string) => `Last live ${when}.`,
  startsByItself: "Stay here: the video starts by itself.",
  chatIsOpen: "The chat is open.",
  ended: "The broadcast has ended",
  endedAfter: (length: string) => `The broadcast has ended · ${length}`,
  liveNowToo: "Live now, of those you follow:",
  watchOther: (name: string) => `Watch ${name}`,
  onlyFollowers: "Only followers of the channel can watch.",
  asksForPassword: "The channel asks for a password.",
  followersOnly: (name: string) => `Only followers of ${name} can watch`,
  passwordNeeded: (name: string) => `${name} asks for a password`,
  suspended: (name: string) => `The channel of ${name} is suspended`,
  suspendedFor: (reason: string) => `Reason: ${reason}`,
  suspendedUntil: (when: string) => `Until ${when}.`,
  seenByOwner: "Only the owner and the staff of this site see this page.",

  /** Of the player in a page of another site: read after the channel's name. */
  onSite: (site: string) => `on ${site}, in a new window`,
} as const;
