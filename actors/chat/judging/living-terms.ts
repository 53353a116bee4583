// A room's terms of one kind, which change while lines are judged. What is added is compiled by itself until there is much of it, and what is
// deleted or over is left out of what is found: a change costs milliseconds, however long the list.

import { fold } from "#schema/wire/moderation/fold.ts";
import { type CompiledTerms, compileTerms, NO_TERMS, type TermFound } from "./compiled-terms.ts";
import type { JudgedText } from "./judged-text.ts";

/** Terms that are compiled apart, and terms that are compiled in vain; over it all are compiled anew. */
const APART_MAX = 30;

export class LivingTerms {
  /** By text, as it was typed: when it is over; infinite: when it is deleted. */
  readonly #untilMs = new Map<string, number>();
  #whole: CompiledTerms = NO_TERMS;
  /** Deleted since `#whole` was compiled. */
  #gone = 0;
  #added: string[] = [];
  /** By folded text; null: not made since the last change. */
  #named: Map<string, string> | null = null;
  /** Of `#added`; null: not compiled yet. */
  #apart: CompiledTerms | null = NO_TERMS;

  /** The list takes it, see `addTerms`. */
  add(text: string, untilMs: number) {
    this.#untilMs.set(text, untilMs);
    this.#added.push(text);
    this.#apart = null;
    this.#named = null;
  }

  delete(text: string) {
    this.#untilMs.delete(text);
    this.#named = null;
    if (this.#added.includes(text)) {
      this.#added = this.#added.filter((one) => one !== text);
      this.#apart = null;
    } else this.#gone++;
  }

  get isEmpty(): boolean {
    return this.#untilMs.size === 0;
  }

  /** One of the terms is this text, whatever its case; a wildcard or a pattern is none. */
  names(text: string, nowMs: number): boolean {
    this.#named ??= new Map([...this.#untilMs.keys()].map((term) => [fold(term).text, term]));
    const term = this.#named.get(fold(text).text);
    return term !== undefined && this.#isLiving(term, nowMs);
  }

  /** Those that count now. */
  texts(nowMs: number): string[] {
    return [...this.#untilMs].flatMap(([text, untilMs]) => (untilMs > nowMs ? [text] : []));
  }

  /** The terms as they are at this time. Compiled here, and not when they change: a list that is typed in costs once. */
  at(nowMs: number): CompiledTerms {
    if (this.isEmpty) return NO_TERMS;
    if (this.#added.length > APART_MAX || this.#gone > APART_MAX) this.#compileAll(nowMs);
    // One that is over may equal a new one after folding, and a list has no two equal terms.
    this.#apart ??= compiled(this.#added.filter((text) => this.#isLiving(text, nowMs)));
    const parts = [this.#whole, this.#apart].filter((part) => part !== NO_TERMS);
    const living = (found: TermFound[]) => found.filter(({ term }) => this.#isLiving(term, nowMs));
    return {
      find: (judged: JudgedText) =>
        living(parts.flatMap((part) => part.find(judged))).sort((a, b) => a.start - b.start),
      places: (judged: JudgedText) => living(parts.flatMap((part) => part.places(judged))),
    };
  }

  #isLiving(text: string, nowMs: number): boolean {
    return (this.#untilMs.get(text) ?? 0) > nowMs;
  }

  #compileAll(nowMs: number) {
    for (const [text, untilMs] of this.#untilMs) if (untilMs <= nowMs) this.#untilMs.delete(text);
    this.#whole = compiled([...this.#untilMs.keys()]);
    this.#gone = 0;
    this.#added = [];
    this.#apart = NO_TERMS;
  }
}

/** What this release cannot read any more is left out: a room without one of its terms is better than no room. */
function compiled(texts: readonly string[]): CompiledTerms {
  if (texts.length === 0) return NO_TERMS;
  const terms = compileTerms([...new Set(texts)]);
  if (!Array.isArray(terms)) return terms;
  const unread = new Set(terms.map(({ source }) => source));
  return compiled(texts.filter((text) => !unread.has(text)));
}
