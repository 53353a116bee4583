// Short forms for the tests of judging.

import { type CompiledTerms, compileTerms } from "./compiled-terms.ts";
import type { Disguises } from "./compiled-words.ts";
import { JudgedText, type Unsaid } from "./judged-text.ts";

/** Terms that must be accepted. */
export function termsOf(sources: readonly string[], disguises: Partial<Disguises> = {}): CompiledTerms {
  const terms = compileTerms(sources, disguises);
  if (Array.isArray(terms)) throw new Error(`refused: ${terms.map(({ source, code }) => `${source} ${code}`)}`);
  return terms;
}

/** The part of the line that the first term found stands for; null: none is found. */
export function partFound(terms: CompiledTerms, body: string, unsaid: Unsaid = {}): string | null {
  const [found] = terms.find(new JudgedText(body, unsaid));
  return found ? body.slice(found.start, found.end) : null;
}
