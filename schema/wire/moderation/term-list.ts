// A room's list of terms, and what may be added to it.

import { readTerm, splitTerms, type Term, termKey } from "./term.ts";
import { PATTERN_SIZES_MAX, PATTERNS_MAX, TERMS_MAX } from "./term-limits.ts";
import { refuseTerm, type TermRefusal } from "./term-refusals.ts";

export class TermList {
  readonly terms: Term[] = [];
  readonly #keys = new Set<string>();
  #patterns = 0;
  #sizes = 0;

  /** Refusals: those of `readTerm`, `duplicate` for what an earlier one equals after folding, `too_many`, `pattern_too_costly`. */
  add(source: string): Term | TermRefusal {
    // First: a list that is far too long is not read to its end.
    if (this.terms.length >= TERMS_MAX) return refuseTerm(source, "too_many");
    const term = readTerm(source);
    if ("code" in term) return term;
    const key = termKey(term);
    if (this.#keys.has(key)) return refuseTerm(source, "duplicate");
    if (term.kind === "pattern") {
      if (this.#patterns >= PATTERNS_MAX) return refuseTerm(source, "too_many");
      if (this.#sizes + term.pattern.size > PATTERN_SIZES_MAX) return refuseTerm(source, "pattern_too_costly");
      this.#patterns++;
      this.#sizes += term.pattern.size;
    }
    this.#keys.add(key);
    this.terms.push(term);
    return term;
  }
}

/**
 * What a pasted text (one term, or a list as `splitTerms` reads it) would add to a room's terms: the sources to keep, and each refusal, in
 * the order of the text. `empty` when there is no term in it.
 */
export function addTerms(pasted: string, existing: readonly string[]): { added: string[]; refusals: TermRefusal[] } {
  const list = new TermList();
  for (const source of existing) list.add(source);
  const typed = splitTerms(pasted);
  const read = typed.length === 0 ? [refuseTerm(pasted, "empty")] : typed.map((source) => list.add(source));
  return {
    added: read.flatMap((term) => ("code" in term ? [] : [term.source])),
    refusals: read.filter((term) => "code" in term),
  };
}
