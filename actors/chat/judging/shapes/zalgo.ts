// Stacks of marks on one letter. Two or three are ordinary spelling in Arabic, Hebrew and Vietnamese; Tibetan letters stack by nature.

import type { Place } from "../judged-text.ts";

/** Variation selectors say how the character before them is drawn, and stack nothing. */
const STACK = /\P{M}?((?:(?![\p{Script=Tibetan}\p{Variation_Selector}])\p{M}){2,})/gu;

/** Marks begin at U+0300. */
const MAY_BE_MARK = /[^\0-\u02ff]/;

/** The first letter with more than `marksMax` marks; null: none. A share over the line would miss one tall letter at its end. */
export function zalgoIn(text: string, marksMax: number): Place | null {
  if (!MAY_BE_MARK.test(text)) return null;
  for (const { 0: letter, 1: marks = "", index } of text.matchAll(STACK))
    if (marks.length > marksMax && [...marks].length > marksMax) return { start: index, end: index + letter.length };
  return null;
}
