// AutoMod's built-in lists of words, and which of them a room's settings make it look for. Small on purpose: whole words that mean one thing,
// because exceptions never end. A room adds terms of its own.

import {
  type AutoModSettings,
  LIST_LANGUAGES,
  type ListLanguage,
  WORD_KINDS,
  type WordKind,
  weightHeld,
} from "#schema/wire/moderation/auto-mod.ts";
import { readTerm } from "#schema/wire/moderation/term.ts";
import { CompiledWords, type NumberedWord } from "./compiled-words.ts";
import de from "./lists/de.json" with { type: "json" };
import en from "./lists/en.json" with { type: "json" };
import es from "./lists/es.json" with { type: "json" };
import fr from "./lists/fr.json" with { type: "json" };
import it from "./lists/it.json" with { type: "json" };
import ja from "./lists/ja.json" with { type: "json" };
import ko from "./lists/ko.json" with { type: "json" };
import pt from "./lists/pt.json" with { type: "json" };
import ru from "./lists/ru.json" with { type: "json" };
import zh from "./lists/zh.json" with { type: "json" };

/** By kind and weight (1 to 4: the heaviest): terms with commas between them, as a moderator would type them. No patterns. */
export type WordList = { [Kind in WordKind]?: { [weight: string]: string } };

const BY_LANGUAGE: Record<ListLanguage, WordList> = { de, en, es, fr, it, ja, ko, pt, ru, zh };
export const BUILT_IN_LISTS: ReadonlyMap<string, WordList> = new Map(
  LIST_LANGUAGES.map((language) => [language, BY_LANGUAGE[language]]),
);

export interface ListedWord {
  kind: WordKind;
  /** 1 to 4. */
  weight: number;
  language: string;
}

/** Words of lists, ready to be searched, and by number what each is. */
export interface SearchedLists {
  words: CompiledWords;
  listed: readonly ListedWord[];
}

const searched = new WeakMap<ReadonlyMap<string, WordList>, SearchedLists>();

/** All words of the lists, compiled at the first call: rooms share them, and ask of each word found whether their settings hold it. A term that
 *  cannot be read stops the process. */
export function searchedLists(lists: ReadonlyMap<string, WordList> = BUILT_IN_LISTS): SearchedLists {
  let found = searched.get(lists);
  if (!found) {
    found = compiled(lists);
    searched.set(lists, found);
  }
  return found;
}

export function holds({ levels, languages }: AutoModSettings, { kind, weight, language }: ListedWord): boolean {
  const from = weightHeld(levels[kind] ?? 0);
  return from !== null && weight >= from && (!languages || languages.includes(language));
}

function compiled(lists: ReadonlyMap<string, WordList>): SearchedLists {
  const words: NumberedWord[] = [];
  const listed: ListedWord[] = [];
  for (const [language, list] of lists)
    for (const kind of WORD_KINDS)
      for (const [weight, terms] of Object.entries(list[kind] ?? {}))
        for (const source of terms.split(", ")) {
          for (const folded of spellings(source, language)) words.push({ folded, term: listed.length });
          listed.push({ kind, weight: Number(weight), language });
        }
  return { words: new CompiledWords(words), listed };
}

/** German has ae for ä. */
function spellings(source: string, language: string): Set<string> {
  const without = language === "de" ? source.replace(/[äöü]/giu, (letter) => UMLAUTS[letter.toLowerCase()]!) : source;
  return new Set([source, without].map(foldedTerm));
}
const UMLAUTS: Record<string, string> = { ä: "ae", ö: "oe", ü: "ue" };

function foldedTerm(source: string): string {
  const term = readTerm(source);
  if ("code" in term || term.kind !== "text") throw new Error(`a built-in list has "${source}", which is no term`);
  return term.folded;
}
