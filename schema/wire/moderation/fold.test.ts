import { expect, test } from "bun:test";
import fc from "fast-check";
import { fold } from "./fold.ts";
import { CHARACTER } from "./letters.ts";
import { skeleton, skeletonAsWritten } from "./lookalikes.ts";
import { anyText } from "./testing-texts.ts";

const folded = (text: string) => fold(text).text;

test("letter case, width and style are folded, without the machine's locale", () => {
  for (const text of ["PLONK", "ｐｌｏｎｋ", "𝐩𝐥𝐨𝐧𝐤", "ⓟⓛⓞⓝⓚ", "🅟🅛🅞🅝🅚", "🅿🅻🅾🅽🅺", "ᴘʟᴏɴᴋ", "ᵖˡᵒⁿᵏ"])
    expect(folded(text)).toBe("plonk");
  expect(folded("İZMİR")).toBe("izmir");
  expect(folded("ızmır")).toBe("ızmır");
  expect([folded("Maße"), folded("MAẞE"), folded("MASSE")]).toEqual(["masse", "masse", "masse"]);
  expect(folded("ΣΊΣΥΦΟΣ σίσυφος")).toBe("σισυφοσ σισυφοσ");
  expect(folded("ﾊﾟﾝ ガ")).toBe("パン ガ");
});

test("what is invisible falls out, wherever it stands", () => {
  const hidden = [
    "\u200b",
    "\u200d",
    "\u00ad",
    "\u2060",
    "\ufeff",
    "\ufe0f",
    "\u{e0101}",
    "\u034f",
    "\u3164",
    "\u2800",
    "\u202e",
  ];
  for (const sign of hidden)
    expect([folded(`pl${sign}onk`), folded(`${sign}plonk${sign}${sign}`)]).toEqual(["plonk", "plonk"]);
  expect(folded("نمی\u200cدانم")).toBe(folded("نمیدانم"));
});

test("accents fall in Latin and Greek, and marks that are on top of a spelling elsewhere", () => {
  expect(folded("naïve NAI\u0308VE Ñandú Đ")).toBe("naive naive nandu đ");
  expect(folded("р\u0332у\u0332с\u0332")).toBe("рус");
  expect(folded("p\u20ddl\u20dd")).toBe("pl");
  expect(folded("کِتَابٌ كتـــاب")).toBe(folded("کتاب كتاب"));
  expect(folded("שָׁלוֹם")).toBe("שלום");
});

test("marks that are spelling stay: й, Thai and Indic vowels, Korean syllables", () => {
  expect(folded("чай и\u0306")).toBe("чай й");
  expect(folded("บ้าน")).toBe("บ้าน");
  expect(folded("हिन्दी")).toBe("हिन्दी".normalize("NFC"));
  expect(folded("한글".normalize("NFD"))).toBe("한글");
  expect(folded("ёлка")).toBe("елка");
});

test("quotes, dashes and white space have one form each", () => {
  expect(folded("don’t — “a”\u3000b\u00a0c")).toBe('don\'t - "a" b c');
  expect(folded("a´b ¨c")).toBe("a'b ¨c");
});

test("each folded unit knows the part of the original it stands for", () => {
  const { text, starts, ends } = fold("a\u200bＢe\u0301\u0302ß𝐜");
  expect(text).toBe("abessc");
  expect([...starts]).toEqual([0, 2, 3, 6, 6, 7]);
  expect([...ends]).toEqual([2, 3, 6, 7, 7, 9]);
});

test("letters of flags are told from letters", () => {
  const { text, kinds } = fold("🇫🇮 fi");
  expect([text, ...kinds]).toEqual([
    "fi fi",
    CHARACTER.flag,
    CHARACTER.flag,
    CHARACTER.blank,
    CHARACTER.letter,
    CHARACTER.letter,
  ]);
});

test("any text can be folded; folding twice changes nothing, and places rise", () => {
  fc.assert(
    fc.property(anyText(60), (text) => {
      const { text: once, starts, ends, kinds } = fold(text);
      expect([starts.length, ends.length, kinds.length]).toEqual([once.length, once.length, once.length]);
      for (let i = 0; i < starts.length; i++) {
        expect(ends[i]!).toBeGreaterThan(starts[i]!);
        if (i > 0) expect(starts[i]!).toBeGreaterThanOrEqual(starts[i - 1]!);
        expect(ends[i]!).toBeLessThanOrEqual(text.length);
      }
    }),
  );
});

test("a skeleton has its text's length, and capitals count as they look", () => {
  expect(skeleton("рорріеѕ")).toBe("poppies");
  const written = fold("ВОХ");
  expect([skeleton(written.text), skeletonAsWritten(written, "ВОХ")]).toEqual(["вox", "box"]);
  fc.assert(fc.property(anyText(60), (text) => skeleton(text).length === text.length));
});

test("a text of ASCII alone is folded as it is beside any other letter", () => {
  const ascii = fc.string({
    unit: fc.integer({ min: 0, max: 0x7f }).map((code) => String.fromCharCode(code)),
    maxLength: 60,
  });
  fc.assert(
    fc.property(ascii, (text) => {
      const alone = fold(text);
      const beside = fold(`я${text}`);
      expect(alone.text).toBe(beside.text.slice(1));
      expect([...alone.kinds]).toEqual([...beside.kinds.slice(1)]);
      expect([...alone.starts]).toEqual(Array.from(beside.starts.slice(1), (place) => place - 1));
      expect([...alone.ends]).toEqual(Array.from(beside.ends.slice(1), (place) => place - 1));
    }),
  );
  expect(fold("x".repeat(5_000)).ends.at(-1)).toBe(5_000);
});
