// What clips and downloads say: whole sentences with places for names and numbers, so that they can be translated.

import type { ClipView } from "#schema/api/clips.ts";
import { countText } from "../ui/ticker.ts";

export const words = {
  clip: "Clip",
  clips: "Clips",
  more: "More clips",
  all: "All clips",
  clipsOf: (name: string) => `Clips of ${name}`,
  none: "No clips yet.",
  noneHow: "Press Clip below a live picture or a video to make the first one.",
  missing: "There is no such clip.",
  missingText: "It may have been deleted, or the address is not whole.",
  views: (count: number) => (count === 1 ? "1 view" : `${countText(count)} views`),
  cardFacts: (length: string, views: string, when: string) => `, ${length}, ${views}, ${when}`,
  about: "About this clip",
  clippedFrom: (maker: string, name: string) => `Clipped by ${maker} from ${name}`,
  clippedFromNobody: (name: string) => `Clipped from ${name}`,
  whole: "Watch the whole video",
  videoGone: "The video that it is from is no longer kept.",
  onlyFollowers: "Only followers of the channel see this clip.",
  unlisted: "Everybody with the address sees this clip. It is in no list.",
  onlyYou: "Only the channel and its editors see this clip.",
  onlyFollowersWatch: (name: string) => `Only followers of ${name} can watch this clip`,
  followToWatch: "Follow the channel, and the clip starts.",
  share: "Share",
  copied: "The address of the clip is copied.",
  remove: "Delete…",
  removeAsk: "Delete this clip?",
  removeWhat: (title: string) => `“${title}” is deleted. This cannot be undone.`,
  removeDo: "Delete clip",
  removed: "The clip is deleted.",

  makeTitle: "Make a clip",
  part: "Part of the video",
  begins: "Beginning of the clip",
  ends: "End of the clip",
  at: (time: string) => `at ${time}`,
  length: (seconds: string) => `${seconds} s`,
  hint: "From 5 to 60 seconds. Drag the two handles, or move them with the arrow keys: 1 s, with Shift 0.1 s.",
  title: "Title",
  publish: "Publish",
  cancel: "Cancel",
  loading: "Loading the last minutes…",
  nothingYet: "Too little of this broadcast is stored. Try again in some seconds.",
  notRecorded: "This broadcast is not recorded, so that there is nothing to clip.",
  enterTitle: "Enter a title.",
  published: "Clip published.",
  publishedText: "Everybody who may watch the video can watch it here:",
  open: "Watch the clip",
  close: "Close",
  copyAddress: "Copy the address of the clip",

  download: "Download",
  downloadTitle: "Download as MP4",
  downloadOne: "One file, as large as the original.",
  downloadSome: (count: number) =>
    `The encoder came back with another size or other codecs, which an MP4 cannot follow. So there are ${count} files.`,
  file: (number: number, from: string, length: string) => `File ${number}: from ${from}, ${length} long`,
} as const;

/** By code of the API; what is not here says it itself. */
export const refusals: Record<string, string> = {
  part_unavailable: "This part is no longer available.",
  not_stored_yet: "The end of this part is not stored yet. Try again in some seconds.",
  clips_off: "This channel does not allow clips.",
  offline: "This broadcast is not recorded, so that there is nothing to clip.",
  too_many: "This channel has as many clips as it may have.",
};

export const makerOf = ({ maker, channel }: Pick<ClipView, "maker" | "channel">): string =>
  maker ? words.clippedFrom(maker.displayName, channel.displayName) : words.clippedFromNobody(channel.displayName);
