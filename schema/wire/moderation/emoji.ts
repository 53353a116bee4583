// Emoji as terms: compared sign by sign (grapheme clusters, UAX #29), so that a person is not found inside a family, and in any skin tone.

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
