// What the highlight maker says: whole sentences with places for names and numbers, so that they can be translated.

export const words = {
  highlight: "Highlight",
  make: "Make a highlight",
  about:
    "A highlight is a video of the best parts of this one. It stays when this video is removed. Play the video to where a part begins, and press Now.",
  part: (number: number) => `Part ${number}`,
  begins: "Begins",
  ends: "Ends",
  now: "Now",
  beginsNow: (number: number) => `Part ${number} begins now`,
  endsNow: (number: number) => `Part ${number} ends now`,
  play: "Play",
  playPart: (number: number) => `Play part ${number}`,
  removePart: (number: number) => `Remove part ${number}`,
  addPart: "Add a part",
  length: (length: string) => `Length: ${length}`,
  title: "Title",
  whoSees: "Who sees it",
  create: "Make the highlight",
  cancel: "Cancel",
  enterTitle: "Enter a title.",
  enterTime: "Enter a time, such as 1:02:03.",
  endsBefore: "A part ends at least a second after it begins.",
  behindEnd: (length: string) => `The video is ${length} long.`,
  tooLong: "A highlight is at most 6 hours long.",
  begun: "The highlight is being put together.",
  begunText: "It can be watched in a moment.",
  open: "Open it",
  another: "Make another one",
  close: "Close",
} as const;

/** By code of the API; what is not here says it itself. */
export const refusals: Record<string, string> = {
  part_unavailable: "Where a part begins or ends, the video was lost. Move it by some seconds.",
  too_many: "Other highlights are being put together. Try again in a minute.",
  quota_reached: "There is no room for this highlight. Delete another video first.",
};
