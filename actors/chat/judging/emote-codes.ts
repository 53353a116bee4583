// Whether an emote may have a code: everybody reads it as a word, in lists and beside its picture, so it is judged like words. Also which emotes
// of a line a room takes for words: those that its moderators have blocked by their code.

import { type AutoModSettings, WORD_KINDS, type WordKind } from "#schema/wire/moderation/auto-mod.ts";
import type { CodeVerdict } from "#schema/wire/room.ts";
import { compileAutoMod } from "./auto-mod.ts";
import type { CompiledTerms } from "./compiled-terms.ts";
import { JudgedText } from "./judged-text.ts";

/** The heaviest words of hate are in no code, whatever the room's levels are: emotes are shown outside of the room too. */
const LEAST = { hate: 1 } as const;

interface CodeRules {
  blocked: CompiledTerms;
  permitted: CompiledTerms;
  settings: AutoModSettings;
}

export function judgeEmoteCode(code: string, { blocked, permitted, settings }: CodeRules): CodeVerdict {
  const { levels, ...rest } = settings;
  const words = Object.fromEntries(
    WORD_KINDS.map((kind) => [kind, Math.max(levels[kind] ?? 0, kind === "hate" ? LEAST.hate : 0)]),
  ) as AutoModSettings["levels"];
  const autoMod = compileAutoMod({ ...rest, levels: words });
  for (const said of new Set([code, inWords(code)])) {
    const text = new JudgedText(said);
    const [term] = blocked.find(text);
    if (term) return { refused: { code: "blocked_term", term: term.term } };
    const [word] = autoMod.find({ text, by: "", atMs: 0 }, { permitted });
    if (word) return { refused: { code: "automod", category: word.kind as WordKind } };
  }
  return { refused: null };
}

/** `blargHype`, `ALLBlarg` as people read them: `blarg Hype`, `ALL Blarg`. */
export const inWords = (code: string): string =>
  code.replace(/([a-z0-9])([A-Z])/g, "$1 $2").replace(/([A-Z])([A-Z][a-z])/g, "$1 $2");
