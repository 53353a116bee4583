import { expect, test } from "bun:test";
import fc from "fast-check";
import { readTerm, splitTerms } from "./term.ts";
import { PATTERNS_MAX, TERM_LENGTH_MAX, TERMS_MAX } from "./term-limits.ts";
import { addTerms, TermList } from "./term-list.ts";
import { anyText } from "./testing-texts.ts";

const refused = (source: string) => {
  const term = readTerm(source);
  return "code" in term ? term.code : null;
};

test("a term is a word, a phrase, emoji, or a pattern between slashes", () => {
  expect(readTerm("  PLÖNK ")).toEqual({ kind: "text", source: "PLÖNK", folded: "plonk" });
  expect(readTerm("buy \u3000 gold")).toMatchObject({ kind: "text", folded: "buy gold" });
  expect(readTerm("pl**nk＊")).toMatchObject({ kind: "text", folded: "pl*nk*" });
  for (const source of ["💩", "👍🏽👍", "🇫🇮", "1️⃣"]) expect(readTerm(source)).toMatchObject({ kind: "emoji" });
  expect(readTerm("/plo+nk/i")).toMatchObject({ kind: "pattern", folded: "plo+nk" });
  for (const source of ["/plonk", "plonk/", "/"])
    expect("kind" in readTerm(source) || refused(source)).not.toBe("pattern");
});

test("what is empty after folding is refused: an empty term would match every line", () => {
  for (const source of ["", "   ", "\u200b", "\u00ad\u2060", "\u3164"]) expect(refused(source)).toBe("empty");
});

test("one letter, digit or sign is too broad; one Han character, syllable or picture is a word", () => {
  for (const source of ["a", "Ж", "7", "*", "**", "a*", "*é*", ".", "か", "?"])
    expect(refused(source)).toBe("too_broad");
  for (const source of ["死", "놈", "💩", "﷽", "ok", "№", "<3"]) expect(refused(source)).toBeNull();
});

test("lengths count in code points, wildcards up to their limit", () => {
  expect(refused("b".repeat(TERM_LENGTH_MAX))).toBeNull();
  expect(refused("b".repeat(TERM_LENGTH_MAX + 1))).toBe("too_long");
  expect(refused("𝒳".repeat(TERM_LENGTH_MAX))).toBeNull();
  expect(refused("𝒳".repeat(TERM_LENGTH_MAX + 1))).toBe("too_long");
  expect(refused("x".repeat(1_000_000))).toBe("too_long");
  expect([refused("p*l*o*n*k"), refused("p*l*o*n*k*")]).toEqual([null, "too_many_wildcards"]);
});

test("control characters and halves of characters are refused", () => {
  for (const source of ["plo\ud83dnk", "plo\u0000nk", "plo\nnk", "plo\u2028nk"])
    expect(refused(source)).toBe("invalid_characters");
});

test("a pattern that cannot be read says why; one that matches nothing in particular is refused", () => {
  expect(readTerm("/(plonk/")).toMatchObject({
    code: "invalid_pattern",
    detail: expect.stringContaining("missing closing )"),
  });
  for (const source of ["/plonk(?=x)/", "/(?<!no )plonk/", "/(a)\\1/", "/[z-a]/", "/*x/", "/x{1001}/", "/x/g", "/x/iy"])
    expect(refused(source)).toBe("invalid_pattern");
  for (const source of ["/.*/", "/plonk|/", "/x?/", "//", "/^/", "/(?:a*)*/"])
    expect(refused(source)).toBe("matches_everything");
  for (const source of ["/./", "/\\w/", "/e/", "/[a-z ]+/", "/\\S+/"]) expect(refused(source)).toBe("too_broad");
  for (const source of ["/(plo+nk|zwi{2}bel)\\d*/", "/\\p{Cyrillic}{5,}/", "/\\bxyz\\b/i", "/(a|aa)+$x/"])
    expect(refused(source)).toBeNull();
});

test("a pattern's program has a limit, however short the pattern is", () => {
  for (const source of ["/x{600}/", "/(a?){40}a{40}b/", "/\\p{L}{200}x/"])
    expect(refused(source)).toBe("pattern_too_costly");
  expect(refused("/((x{1,100}){1,100}){1,100}/")).toBe("invalid_pattern");
});

test("a pasted list is one term a line, or several with commas; a pattern keeps its commas", () => {
  expect(splitTerms("plonk, zonk,\r\n\n  gold rush \n/x{2,3}y/\n一,二、三，四\n,")).toEqual([
    ...["plonk", "zonk", "gold rush", "/x{2,3}y/", "一", "二", "三", "四"],
  ]);
});

test("what is added is told from what is refused, and why", () => {
  expect(addTerms("plonk, zonk,\n\n", [])).toEqual({ added: ["plonk", "zonk"], refusals: [] });
  expect(addTerms(" \n,", [])).toMatchObject({ added: [], refusals: [{ code: "empty" }] });
  expect(addTerms("PLÓNK, a, neu", ["plonk"])).toMatchObject({
    added: ["neu"],
    refusals: [
      { source: "PLÓNK", code: "duplicate" },
      { source: "a", code: "too_broad" },
    ],
  });
  expect(addTerms("neu, NEU", [])).toMatchObject({ added: ["neu"], refusals: [{ code: "duplicate" }] });
});

test("a full list says so, for terms, patterns and the size of all patterns", () => {
  const words = Array.from({ length: TERMS_MAX }, (_, i) => `plonk${i}`);
  expect(addTerms("one more", words)).toMatchObject({ added: [], refusals: [{ code: "too_many" }] });
  expect(addTerms("one more", words.slice(1))).toMatchObject({ added: ["one more"] });
  const patterns = Array.from({ length: PATTERNS_MAX }, (_, i) => `/xy${i}/`);
  expect(addTerms("/abc/", patterns)).toMatchObject({ refusals: [{ code: "too_many" }] });
  expect(addTerms("abc", patterns)).toMatchObject({ added: ["abc"] });
  const large = Array.from({ length: 40 }, (_, i) => `/${String.fromCharCode(97 + (i % 26))}{80}x${i}/`);
  const codes = large.map((source, i) => addTerms(source, large.slice(0, i)).refusals[0]?.code);
  expect(codes[0]).toBeUndefined();
  expect(codes.at(-1)).toBe("pattern_too_costly");
});

test("any text is either a term or a refusal with words", () => {
  fc.assert(
    fc.property(anyText(60), fc.boolean(), (text, slashes) => {
      const list = new TermList();
      const read = list.add(slashes ? `/${text}/` : text);
      if ("code" in read) expect(read.detail.length).toBeGreaterThan(10);
      else expect(read.folded).not.toBe("");
    }),
  );
});
