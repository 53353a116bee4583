// Patterns of single characters for JSON Schema, whose regular expressions know no Unicode properties: computed from them once, at the start.

import { INVISIBLE } from "../wire/visible-text.ts";

/** Of names: no line breaks and controls, nothing that reorders text, nothing invisible except what joins emoji and letters. */
const NOT_IN_NAMES = String.raw`(?![\p{Join_Control}\p{Variation_Selector}\p{Emoji_Component}])[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800]`;

const patterns = charactersBut({ names: NOT_IN_NAMES, sight: `[${INVISIBLE}]` });

/** Sources of patterns for one character, for any regular expression, also without the flag `u`. */
export const NAME_CHARACTER = patterns.names;
/** What can be seen; in addresses, which have no blanks and no joiners, there is nothing else. */
export const VISIBLE_CHARACTER = patterns.sight;

/**
 * `wrong`: patterns of one code point, for the flag `u`. Code points outside the first plane are matched as pairs of surrogates; a lone one
 * never is.
 */
function charactersBut<Name extends string>(wrong: Record<Name, string>): Record<Name, string> {
  // All that is invisible is in planes 0, 1, and at the start of 14.
  const blocks = [
    blockOf(0, 0xd7ff),
    blockOf(0xe000, 0xffff),
    blockOf(0x1_0000, 0x1_ffff),
    blockOf(0xe_0000, 0xe_0fff),
  ];
  const all = Object.entries<string>(wrong).map(([name, pattern]) => {
    const runs = new RegExp(`(?:${pattern})+`, "gu");
    const [below, above, ...beyond] = blocks.map((block) => runsIn(runs, block));
    const planeZero = [...below!, [0xd800, 0xdfff] as const, ...above!].map(range).join("");
    const pairs = beyond.flat().flatMap(byHighSurrogate).join("|");
    return [name, `(?:[^${planeZero}]|(?!${pairs})[\\ud800-\\udbff][\\udc00-\\udfff])`];
  });
  return Object.fromEntries(all);
}

/** Code points in a row, none of them a surrogate. */
interface Block {
  from: number;
  text: string;
}

/** By units, since each start of a process pays for it: adding up characters takes a hundred times as long. */
function blockOf(from: number, to: number): Block {
  const isPaired = from > 0xffff;
  const units = new Uint16Array((to - from + 1) * (isPaired ? 2 : 1));
  for (let codePoint = from, at = 0; codePoint <= to; codePoint++) {
    if (isPaired) units[at++] = 0xd800 + ((codePoint - 0x1_0000) >> 10);
    units[at++] = isPaired ? 0xdc00 + (codePoint & 0x3ff) : codePoint;
  }
  return { from, text: new TextDecoder("utf-16le", { ignoreBOM: true }).decode(units) };
}

type Run = readonly [from: number, to: number];

function runsIn(runs: RegExp, { from, text }: Block): Run[] {
  const perCodePoint = from > 0xffff ? 2 : 1;
  return [...text.matchAll(runs)].map(({ index, 0: run }) => {
    const start = from + index / perCodePoint;
    return [start, start + run.length / perCodePoint - 1];
  });
}

/** As pairs of surrogates, one pattern for each high one. */
function byHighSurrogate([from, to]: Run): string[] {
  const patterns: string[] = [];
  for (let start = from; start <= to; ) {
    const end = Math.min(to, start | 0x3ff);
    const pair = String.fromCodePoint(start);
    const [high, low] = [pair.charCodeAt(0), pair.charCodeAt(1)];
    patterns.push(`${escaped(high)}[${range([low, low + end - start])}]`);
    start = end + 1;
  }
  return patterns;
}

function range([from, to]: Run): string {
  return from === to ? escaped(from) : `${escaped(from)}-${escaped(to)}`;
}

function escaped(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, "0")}`;
}
