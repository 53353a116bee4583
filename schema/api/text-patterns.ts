// Patterns of single characters for JSON Schema, whose regular expressions know no Unicode properties: computed from them once, at the start.

import { INVISIBLE } from "../wire/visible-text.ts";

/** Of names: no line breaks and controls, nothing that reorders text, nothing invisible except what joins emoji and letters. */
const NOT_IN_NAMES = String.raw`(?![\p{Join_Control}\p{Variation_Selector}\p{Emoji_Component}])[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Bidi_Control}\u2800]`;

/** Sources of patterns for one character, for any regular expression, also without the flag `u`. */
export const NAME_CHARACTER = anyBut(NOT_IN_NAMES);
/** What can be seen; in addresses, which have no blanks and no joiners, there is nothing else. */
export const VISIBLE_CHARACTER = anyBut(`[${INVISIBLE}]`);

/**
 * `wrong`: pattern of one code point, for the flag `u`. Code points outside the first plane are matched as pairs of surrogates; a lone one
 * never is.
 */
function anyBut(wrong: string): string {
  const runs = new RegExp(`(?:${wrong})+`, "gu");
  // All that is invisible is in planes 0, 1, and at the start of 14.
  const planeZero = [...runsIn(runs, 0, 0xd7ff), [0xd800, 0xdfff] as const, ...runsIn(runs, 0xe000, 0xffff)];
  const beyond = [...runsIn(runs, 0x1_0000, 0x1_ffff), ...runsIn(runs, 0xe_0000, 0xe_0fff)].flatMap(byHighSurrogate);
  return `(?:[^${planeZero.map(range).join("")}]|(?!${beyond.join("|")})[\\ud800-\\udbff][\\udc00-\\udfff])`;
}

type Run = readonly [from: number, to: number];

function runsIn(runs: RegExp, from: number, to: number): Run[] {
  const perCodePoint = from > 0xffff ? 2 : 1;
  let all = "";
  for (let codePoint = from; codePoint <= to; codePoint++) all += String.fromCodePoint(codePoint);
  return [...all.matchAll(runs)].map(({ index, 0: run }) => {
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
