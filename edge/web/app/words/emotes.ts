// What emotes say: whole sentences with places for names and numbers, so that they can be translated.

export const words = {
  title: "Emotes",
  open: "Emotes",
  find: "Find an emote",
  ofChannel: (name: string) => `Of ${name}`,
  everywhere: "Everywhere",
  none: "No emote has these letters.",
  about:
    "Pictures that stand for words in your chat. PNG, GIF or WebP, up to 1 MB; animated ones move. A code stands in a line between blanks, exactly as you write it here.",
  code: "Code",
  codeHint: "3 to 32 letters, digits and underscores. Capitals count.",
  choose: "Choose a picture",
  add: "Add the emote",
  added: (code: string) => `${code} can be used in your chat.`,
  wrongCode: "3 to 32 letters a–z and A–Z, digits and underscores.",
  noFile: "Choose a picture first.",
  tooLarge: "A picture has 1 MB at most.",
  listOf: "Emotes of your chat",
  empty: "Your chat has no emotes of its own yet.",
  remove: (code: string) => `Remove ${code}`,
  removeAsk: (code: string) => `Remove ${code}?`,
  removeWhat: "Lines that were said with it show the word again.",
  removeDo: "Remove emote",
  removed: (code: string) => `${code} is removed.`,
} as const;

/** By code of the API; what is not here says it itself. */
export const refusals: Record<string, string> = {
  not_a_picture: "This is neither PNG, GIF nor WebP. An animated PNG is not taken either: send it as GIF or WebP.",
  picture_too_large:
    "This picture is too large: at most 4,096 pixels a side, 40 million in all frames, and 3 times as wide as high.",
  picture_too_small: "This picture is too small: at least 16 pixels a side.",
  picture_broken: "This picture is damaged.",
  too_many_frames: "This animation is too long: at most 300 frames.",
  code_refused: "This code has a word that is blocked in your chat, or that AutoMod holds there.",
  code_taken: "There is an emote of this code.",
  too_many: "Your chat has as many emotes as it may have. Remove another one first.",
};
