// Emoji: as terms, compared sign by sign (grapheme clusters, UAX #29), so that a person is not found inside a family, and in any skin tone;
// counted; and told from text.

import { tokensOf } from "../emote-tokens.ts";
import { graphemes } from "./segments.ts";

const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;
const WORDY = /[\p{L}\p{M}\p{Nd}]/u;
/** Skin tones and the choice between text and picture do not make another sign. */
const VARIANT = /[\u{1f3fb}-\u{1f3ff}\ufe0e\ufe0f]/gu;

/** Between two signs: no sign is a part of another's name. */
const BETWEEN = "\u0000";

export const hasEmoji = (text: string): boolean => PICTURE.test(text);

/** True for a term of signs alone, at least one of them a picture. */
export const isEmojiTerm = (source: string): boolean =>
  hasEmoji(source) && !WORDY.test(source.replace(KEYCAP, "").replace(VARIANT, ""));
const KEYCAP = /[\d#*]\ufe0f?\u20e3/gu;

/** The signs of a text, each between separators: one text of these is in another if its signs are. Blanks are left out. */
export function asEmoji(text: string): string {
  const signs = [...graphemes(text)].map((sign) => sign.replace(VARIANT, "")).filter((sign) => sign.trim() !== "");
  return BETWEEN + signs.map((sign) => sign + BETWEEN).join("");
}

/** One sign as it is displayed: `©` and digits are text. `\p{RGI_Emoji}` would be the word for it, but takes a third of a second to compile. */
const SHOWN = /^(?:\p{Emoji_Presentation}|\p{Emoji}\ufe0f)(?:\p{Emoji}|\u200d|\ufe0f|\u20e3|[\u{e0020}-\u{e007f}])*$/u;
/** Beside pictures, the signs that a variation selector makes one. */
const MAY_BE_SHOWN = /\p{Emoji_Presentation}|\ufe0f/u;

/** How many signs of a text are displayed as pictures, and the text without them. */
export function withoutEmoji(text: string): { rest: string; count: number } {
  if (!MAY_BE_SHOWN.test(text)) return { rest: text, count: 0 };
  const signs = [...graphemes(text)];
  const rest = signs.filter((sign) => !SHOWN.test(sign));
  return { rest: rest.join(""), count: signs.length - rest.length };
}

/** Whether a line has emotes (whole tokens between white space, in exact case) and emoji, and nothing else. */
export const isOnlyEmotes = (body: string, emotes: readonly string[]): boolean =>
  tokensOf(body.trim()).every(
    (token) => token.trim() === "" || emotes.includes(token) || withoutEmoji(token).rest === "",
  );
