// The folded form in which terms and lines are compared: one case, one width, nothing invisible, no accents. The line itself is never
// changed: each folded unit knows the place it came from. Nothing here depends on the machine's locale.

import { CHARACTER, characterOf } from "./letters.ts";

export interface Folded {
  text: string;
  /** Kind of each UTF-16 unit of `text`: CHARACTER. */
  kinds: Uint8Array;
  /** For each unit of `text`, the part of the original it stands for: UTF-16 offsets, the end exclusive. */
  starts: Uint32Array;
  ends: Uint32Array;
}

/** Marks on one letter that are read; more of them are a disguise or a drawing, and would cost time. */
const MARKS_MAX = 8;

const IGNORABLE = /[\p{Default_Ignorable_Code_Point}\u2800\u{e0020}-\u{e007f}\ufff9-\ufffb\p{Bidi_Control}]/u;
/** What belongs to the letter before it: marks, voicing marks of half-width kana, vowels and finals of Korean syllables. */
const ATTACHED = /[\p{M}\uff9e\uff9f\u1160-\u11ff\ud7b0-\ud7ff]/u;
/** Scripts in which an accented letter is a spelling of the plain one; й is not и with an accent. */
const ACCENTS_FALL = /[\p{Script=Latin}\p{Script=Greek}]/u;
/** Marks that are on top of a spelling: generic ones, enclosing ones, vowel signs of Arabic and Hebrew. Thai and Indic vowels stay. */
const LOOSE_MARK = /[[\p{Script=Inherited}\p{Script=Arabic}\p{Script=Hebrew}]&&\p{M}]|\p{Me}|[\u0483-\u0487]/gv;

const SMALL_CAPITALS = "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡ\u0000ʏᴢ";
/** There is no small capital of this letter. */
const NONE = "\u0000";
const PLAIN_LETTERS = "abcdefghijklmnopqrstuvwxyz";

/** Folded by hand: NFKC does not know them, or makes something else of them. */
const BY_HAND = new Map<string, string>([
  ...[..."’‘ʼʹ′`´‛ʻ"].map((sign): [string, string] => [sign, "'"]),
  ...[..."“”„«»″"].map((sign): [string, string] => [sign, '"']),
  ...[..."‐‑‒–—―−﹘"].map((sign): [string, string] => [sign, "-"]),
  ...[..."＊∗⁎✱٭"].map((sign): [string, string] => [sign, "*"]),
  // Tatweel stretches an Arabic word. Persian and Arabic write the same kaf and yeh with two code points.
  ["\u0640", ""],
  ["\u0643", "\u06a9"],
  ["\u064a", "\u06cc"],
  ...[...SMALL_CAPITALS].flatMap((sign, i): [string, string][] => (sign === NONE ? [] : [[sign, PLAIN_LETTERS[i]!]])),
  // Letters in circles and squares, negative ones, that are no compatibility characters.
  ...[...PLAIN_LETTERS].flatMap((letter, i): [string, string][] => [
    [String.fromCodePoint(0x1f150 + i), letter],
    [String.fromCodePoint(0x1f170 + i), letter],
    [String.fromCodePoint(0x1f130 + i), letter],
  ]),
]);

const FLAG_A = 0x1f1e6;
const isFlag = (codePoint: number) => codePoint >= FLAG_A && codePoint < FLAG_A + 26;

/** By code point below 0x10000, filled when it is first seen. */
const single: (string | undefined)[] = [];

export function fold(original: string): Folded {
  return ASCII.test(original) ? foldAscii(original) : foldAny(original);
}

const ASCII = /^[\0-\x7f]*$/;
const BLANKS = /[\t-\r]/g;

/** The same, in a fraction of the time: most lines are of these characters, and each stays one unit. */
function foldAscii(original: string): Folded {
  const text = original.toLowerCase().replaceAll("`", "'").replace(BLANKS, " ");
  const { length } = text;
  const kinds = new Uint8Array(length);
  for (let at = 0; at < length; at++) kinds[at] = characterOf(text.charCodeAt(at));
  if (places.length <= length) places = placesTo(2 * length);
  return { text, kinds, starts: places.subarray(0, length), ends: places.subarray(1, length + 1) };
}

const placesTo = (length: number) => Uint32Array.from({ length }, (_, place) => place);
/** 0, 1, 2 …: shared by all lines whose units stay at their places. Nobody writes into them. */
let places = placesTo(1_024);

function foldAny(original: string): Folded {
  const kinds: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let text = "";
  const add = (folded: string, start: number, end: number, flag = false) => {
    text += folded;
    for (let i = 0; i < folded.length; ) {
      const codePoint = folded.codePointAt(i)!;
      const kind = flag ? CHARACTER.flag : characterOf(codePoint);
      const units = codePoint > 0xffff ? 2 : 1;
      for (let unit = 0; unit < units; unit++) {
        kinds.push(kind);
        starts.push(start);
        ends.push(end);
      }
      i += units;
    }
  };
  for (let at = 0; at < original.length; ) {
    const codePoint = original.codePointAt(at)!;
    const start = at;
    at += codePoint > 0xffff ? 2 : 1;
    let cluster = "";
    // Below U+0300 nothing is attached, and the soft hyphen alone is ignorable.
    if (at < original.length && mayAttach(original.charCodeAt(at))) {
      cluster = String.fromCodePoint(codePoint);
      let marks = 0;
      let last = "";
      while (at < original.length) {
        const next = String.fromCodePoint(original.codePointAt(at)!);
        const ignored = IGNORABLE.test(next);
        if (!ignored && !ATTACHED.test(next)) break;
        at += next.length;
        // The same mark again is a stretched or stacked one.
        if (ignored || next === last || marks === MARKS_MAX) continue;
        cluster += next;
        last = next;
        marks++;
      }
      if (marks === 0) cluster = "";
    }
    if (isFlag(codePoint)) add(PLAIN_LETTERS[codePoint - FLAG_A]!, start, at, true);
    else add(cluster === "" ? foldCodePoint(codePoint) : foldCluster(cluster), start, at);
  }
  return { text, kinds: Uint8Array.from(kinds), starts: Uint32Array.from(starts), ends: Uint32Array.from(ends) };
}

const mayAttach = (unit: number) => unit >= 0x300 || unit === 0xad;

function foldCodePoint(codePoint: number): string {
  if (codePoint > 0xffff) return foldCluster(String.fromCodePoint(codePoint));
  let folded = single[codePoint];
  if (folded === undefined) {
    folded = foldCluster(String.fromCharCode(codePoint));
    single[codePoint] = folded;
  }
  return folded;
}

/** One letter with its marks. */
function foldCluster(cluster: string): string {
  const base = String.fromCodePoint(cluster.codePointAt(0)!);
  if (IGNORABLE.test(base)) return cluster.length > base.length ? foldCluster(cluster.slice(base.length)) : "";
  const byHand = BY_HAND.get(base);
  if (byHand !== undefined) return byHand;
  if (/[\s\p{Z}]/u.test(base)) return " ";
  let folded = cluster.normalize("NFKC");
  // Spacing accents become a blank with a mark, which would cut words in two.
  if (folded.startsWith(" ")) return base;
  folded = folded.toLowerCase();
  folded = ACCENTS_FALL.test(folded) ? folded.normalize("NFD").replace(/\p{M}/gu, "") : folded.replace(LOOSE_MARK, "");
  folded = folded.replaceAll("ß", "ss").replaceAll("ς", "σ").replaceAll("ё", "е").replaceAll(/\s/gu, " ");
  return folded.normalize("NFC");
}
