// When two choices of a poll are the same to the eye.

import { fold } from "./moderation/fold.ts";

/** Place of the first choice that repeats an earlier one; null: all differ. */
export function sameChoices(choices: readonly string[]): number | null {
  const seen = new Set<string>();
  for (const [place, choice] of choices.entries()) {
    const key = fold(choice).text.trim().replaceAll(/ +/g, " ");
    // What folding leaves nothing of, such as signs, is compared as it is.
    const shown = key === "" ? choice : key;
    if (seen.has(shown)) return place;
    seen.add(shown);
  }
  return null;
}
