// Whether a line has emotes and nothing else: whole tokens between white space, in exact case, and emoji.

/** One sign as it is displayed: `©` and digits are text. `\p{RGI_Emoji}` would be the word for it, but takes a third of a second to compile. */
const EMOJI = /^(?:\p{Emoji_Presentation}|\p{Emoji}\ufe0f)(?:\p{Emoji}|\u200d|\ufe0f|\u20e3|[\u{e0020}-\u{e007f}])*$/u;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

const isEmoji = (token: string) => {
  for (const { segment } of graphemes.segment(token)) if (!EMOJI.test(segment)) return false;
  return true;
};

export const isOnlyEmotes = (body: string, emotes: ReadonlySet<string>): boolean =>
  body.split(/\s+/u).every((token) => emotes.has(token) || isEmoji(token));
