// AutoMod: what of a line is held for a moderator, by lists of words and by the shape of the line, each as strict as the room's level says.

import {
  AUTO_MOD_KINDS,
  type AutoModKind,
  type AutoModLevel,
  type AutoModSettings,
  type ShapeKind,
  WORD_KINDS,
} from "#schema/wire/moderation/auto-mod.ts";
import { countedLinks } from "#schema/wire/moderation/links/counted-links.ts";
import type { CompiledTerms } from "./compiled-terms.ts";
import type { JudgedText, Place } from "./judged-text.ts";
import type { RecentLines, SimilarLimit } from "./recent-lines.ts";
import { type CapsLimit, shouts } from "./shapes/caps.ts";
import { mixedWords } from "./shapes/mixed-scripts.ts";
import { type RepetitionLimit, repeats } from "./shapes/repetition.ts";
import { isEmoteWall, isSymbolWall, type SymbolsLimit } from "./shapes/walls.ts";
import { zalgoIn } from "./shapes/zalgo.ts";
import { holds, type SearchedLists, searchedLists, type WordList } from "./word-lists.ts";

export interface AutoModFound extends Place {
  kind: AutoModKind;
  /** 1 to 4 for words; shapes weigh 1. */
  weight: number;
}

/** A line to be judged. */
export interface SaidLine {
  text: JudgedText;
  /** Id of the person. */
  by: string;
  /** Of any clock that `history` was told too. */
  atMs: number;
}

export interface AutoModContext {
  /** The room's own permitted terms: what they cover, the lists do not hold. */
  permitted?: CompiledTerms;
  /** Hosts that are no links here. */
  allowedHosts?: readonly string[];
  /** Without it nothing is spam. */
  history?: RecentLines;
}

export interface AutoMod {
  /** The heaviest first, then in the order of AUTO_MOD_KINDS: it names the hold. One place for each kind. */
  find(line: SaidLine, context?: AutoModContext): AutoModFound[];
}

/** Limits of the levels 1 to 4. */
const CAPS: readonly CapsLimit[] = [
  { lettersMin: 15, shareMin: 0.9 },
  { lettersMin: 12, shareMin: 0.8 },
  { lettersMin: 8, shareMin: 0.7 },
  { lettersMin: 8, shareMin: 0.6 },
];
const REPETITION: readonly RepetitionLimit[] = [
  { runMax: 24, unitMax: 10 },
  { runMax: 15, unitMax: 6 },
  { runMax: 11, unitMax: 5 },
  { runMax: 8, unitMax: 4 },
];
const SYMBOLS: readonly SymbolsLimit[] = [
  { signsMin: 60, shareMin: 0.9 },
  { signsMin: 40, shareMin: 0.8 },
  { signsMin: 25, shareMin: 0.7 },
  { signsMin: 15, shareMin: 0.6 },
];
const SPAM: readonly SimilarLimit[] = [
  { threshold: 0.95, windowMs: 30_000, lettersMin: 10, times: 4, people: 10 },
  { threshold: 0.9, windowMs: 30_000, lettersMin: 10, times: 3, people: 7 },
  { threshold: 0.9, windowMs: 30_000, lettersMin: 10, times: 2, people: 5 },
  { threshold: 0.85, windowMs: 60_000, lettersMin: 10, times: 1, people: 3 },
];
const MARKS_MAX = [8, 6, 5, 4] as const;
const EMOTES_MAX = [40, 25, 15, 8] as const;
/** Words of mixed scripts that are let pass. */
const MIXED_MAX = [2, 1, 0, 0] as const;

/** How strict one kind is: its limits, from one of the tables above. */
type Shape = (line: SaidLine, strict: 0 | 1 | 2 | 3, context: AutoModContext) => Place | null;

const whole = ({ text }: SaidLine): Place => ({ start: 0, end: text.original.length });

const SHAPES: Record<ShapeKind, Shape> = {
  links: ({ text }, strict, { allowedHosts = [] }) =>
    countedLinks(text.bared, { allowed: allowedHosts, spelt: strict > 0 })[0] ?? null,
  spam: (line, strict, { history }) =>
    history?.isSpam(line.by, line.text.print, line.atMs, SPAM[strict]!) ? whole(line) : null,
  lookalikes: ({ text }, strict) => mixedWords(text.spoken)[MIXED_MAX[strict]] ?? null,
  zalgo: ({ text }, strict) => zalgoIn(text.bared, MARKS_MAX[strict]),
  repetition: (line, strict) =>
    repeats(line.text.original, line.text.spoken, REPETITION[strict]!) ? whole(line) : null,
  symbols: (line, strict) => (isSymbolWall(line.text.spoken, SYMBOLS[strict]!) ? whole(line) : null),
  emotes: (line, strict) => (isEmoteWall(line.text.spoken, line.text.emotes, EMOTES_MAX[strict]) ? whole(line) : null),
  caps: (line, strict) => (shouts(line.text.spoken, CAPS[strict]!) ? whole(line) : null),
};

/** Nothing is held. */
export const NO_AUTO_MOD: AutoMod = { find: () => [] };

/** AutoMod with a room's settings. Only tests pass other lists. */
export function compileAutoMod(settings: AutoModSettings, lists?: ReadonlyMap<string, WordList>): AutoMod {
  const looksForWords = WORD_KINDS.some((kind) => (settings.levels[kind] ?? 0) > 0);
  const shapes = (Object.keys(SHAPES) as ShapeKind[]).flatMap((kind) => {
    const level: AutoModLevel = settings.levels[kind] ?? 0;
    return level === 0 ? [] : [{ kind, strict: (level - 1) as 0 | 1 | 2 | 3 }];
  });
  return {
    find(line, context = {}) {
      const found = looksForWords ? wordsIn(line.text, settings, searchedLists(lists), context.permitted) : [];
      for (const { kind, strict } of shapes) {
        const place = SHAPES[kind](line, strict, context);
        if (place) found.push({ kind, weight: 1, start: place.start, end: place.end });
      }
      return found.sort((a, b) => b.weight - a.weight || rank(a.kind) - rank(b.kind));
    },
  };
}

const rank = (kind: AutoModKind): number => AUTO_MOD_KINDS.indexOf(kind);

/** The heaviest word of each kind; of equal ones the first. */
function wordsIn(
  text: JudgedText,
  settings: AutoModSettings,
  { words, listed }: SearchedLists,
  permitted: CompiledTerms | undefined,
): AutoModFound[] {
  const found = new Map<AutoModKind, AutoModFound>();
  let allowed: Place[] | null = null;
  words.search(text, (number, place) => {
    if (!holds(settings, listed[number]!)) return;
    allowed ??= permitted?.places(text) ?? [];
    if (allowed.some((one) => one.start <= place.start && place.end <= one.end)) return;
    const { kind, weight } = listed[number]!;
    const best = found.get(kind);
    if (best && (best.weight > weight || (best.weight === weight && isBefore(best, place)))) return;
    found.set(kind, { kind, weight, ...place });
  });
  return [...found.values()];
}

const isBefore = (a: Place, b: Place): boolean => a.start < b.start || (a.start === b.start && a.end >= b.end);
