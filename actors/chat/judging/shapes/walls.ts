// Walls: lines that are mostly signs, or very many emotes.

import { withoutEmoji } from "#schema/wire/moderation/emoji.ts";
import { PICTURE } from "../judged-text.ts";

export interface SymbolsLimit {
  signsMin: number;
  /** Of signs among all characters that are not blank, 0 to 1. */
  shareMin: number;
}

const BLANK = /[\s\p{Default_Ignorable_Code_Point}\u2800]/gu;
const SIGN = new RegExp(`[^\\p{L}\\p{M}\\p{N}${PICTURE}]`, "gu");

/** True for a wall of signs. Emoji, emotes and links are none: `isEmoteWall` counts those. */
export function isSymbolWall(spoken: string, { signsMin, shareMin }: SymbolsLimit): boolean {
  if (spoken.length < signsMin) return false;
  const shown = withoutEmoji(spoken).rest.replace(BLANK, "");
  const signs = shown.match(SIGN)?.length ?? 0;
  return signs >= signsMin && signs >= shareMin * [...shown].length;
}

/** True for more than `emotesMax` emotes and emoji together. */
export const isEmoteWall = (spoken: string, emotes: number, emotesMax: number): boolean =>
  emotes + spoken.length > emotesMax && emotes + withoutEmoji(spoken).count > emotesMax;
