// Arbitrary texts for property tests: letters of many scripts, marks, signs, what is invisible, and halves of surrogate pairs.

import fc from "fast-check";

const PIECES = [
  ..."abcdefghilmnorstz0134567@$!|+*#._-/:?'\"<>()[] ",
  ...[
    "\u0301",
    "\u0335",
    "\u20dd",
    "\u200b",
    "\u200d",
    "\ufe0f",
    "\u00ad",
    "\u202e",
    "\u2800",
    "\u0000",
    "\u2028",
    "\ud83d",
    "\udc00",
  ],
  ...[
    "а",
    "й",
    "С",
    "µ",
    "σ",
    "ß",
    "İ",
    "ı",
    "é",
    "ｂ",
    "𝐛",
    "Ꮟ",
    "🅱",
    "🇧",
    "👍🏽",
    "👩‍🚀",
    "﷽",
    "ก",
    "็",
    "บ้า",
    "か",
    "ﾊﾞ",
    "バ",
    "死",
    "蛋",
    "놈",
    "ᄀ",
    "ك",
    "ـ",
  ],
  ...["example.com", "https://", " dot ", "(dot)", "www."],
];

/** Up to so many pieces, of which most are one code point. */
export const anyText = (piecesMax: number): fc.Arbitrary<string> =>
  fc
    .array(
      fc.oneof(
        { weight: 5, arbitrary: fc.constantFrom(...PIECES) },
        fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
      ),
      {
        maxLength: piecesMax,
        size: "max",
      },
    )
    .map((pieces) => pieces.join(""));
