import { expect, test } from "bun:test";
import fc from "fast-check";
import { AUTO_MOD_KINDS } from "#schema/wire/moderation/auto-mod.ts";
import { anyText } from "#schema/wire/moderation/testing-texts.ts";
import { compileAutoMod } from "./auto-mod.ts";
import { compileTerms, NO_TERMS } from "./compiled-terms.ts";
import { type JudgedRoom, judge } from "./judge.ts";
import { JudgedText } from "./judged-text.ts";
import { RecentLines } from "./recent-lines.ts";
import { termsOf } from "./testing.ts";

const STRICTEST = compileAutoMod({ levels: Object.fromEntries(AUTO_MOD_KINDS.map((kind) => [kind, 4])) });
const verdict = (body: string, room: JudgedRoom) => judge({ text: new JudgedText(body), by: "u1", atMs: 0 }, room);

test("a room without rules allows everything", () => {
  for (const body of ["plonk", "https://plonk.org", "AAAAAAAAAAAAAAAAAAAA"]) {
    expect(verdict(body, {})).toEqual({ verdict: "allow" });
    expect(verdict(body, { terms: NO_TERMS })).toEqual({ verdict: "allow" });
  }
});

test("a blocked term refuses before AutoMod holds, and permitted terms do not help it", () => {
  const room = { terms: termsOf(["plonk"]), permitted: termsOf(["plonk", "idiot"]), autoMod: STRICTEST };
  expect(verdict("you Plonk, you moron", room)).toEqual({
    ...{ verdict: "block", code: "blocked_term", term: "plonk", place: { start: 4, end: 9 } },
  });
  expect(verdict("you moron", room)).toMatchObject({ verdict: "hold", kind: "insult", found: [{ start: 4, end: 9 }] });
  expect(verdict("you idiot", room)).toEqual({ verdict: "allow" });
});

test("with links off a link is refused, unless its host is allowed", () => {
  const room = { linksOff: true, allowedHosts: ["plonk.org"] };
  expect(verdict("see evil.net!", room)).toEqual({ verdict: "block", code: "links_off", place: { start: 4, end: 12 } });
  expect(verdict("see clips.plonk.org, readme.md", room)).toEqual({ verdict: "allow" });
});

test("a list with a term that cannot be searched is not compiled: each refusal is told", () => {
  expect(compileTerms(["plonk", "", "/(x/", "PLONK"])).toMatchObject([
    ...[{ code: "empty" }, { code: "invalid_pattern" }, { code: "duplicate" }],
  ]);
});

const TERMS = [
  "plonk*",
  "*ab*",
  "bl*rg",
  "a b",
  "死",
  "バカ",
  "바보",
  "сука",
  "👍🏽",
  "<3",
  "c++",
  "/x+y{2,9}z/",
  "/\\bab.*cd/",
  "lil",
  "abab",
  "ill*",
];

test("any text has a verdict, with a part inside it", () => {
  const room = {
    terms: termsOf(TERMS),
    permitted: termsOf(["idiot"]),
    autoMod: STRICTEST,
    linksOff: true,
    history: new RecentLines(),
  };
  fc.assert(
    fc.property(anyText(120), (body) => {
      const text = new JudgedText(body, { emotes: new Set(["ab"]), isPerson: (login) => login === "bob" });
      const answer = judge({ text, by: "u1", atMs: 0 }, room);
      const parts = answer.verdict === "block" ? [answer.place] : answer.verdict === "hold" ? answer.found : [];
      for (const { start, end } of parts) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(body.length);
      }
    }),
  );
});

test("the verdict does not depend on the order of the terms", () => {
  fc.assert(
    fc.property(anyText(60), fc.shuffledSubarray(TERMS, { minLength: TERMS.length }), (body, order) => {
      expect(verdict(body, { terms: termsOf(order) })).toEqual(verdict(body, { terms: termsOf(TERMS) }));
    }),
    { numRuns: 40 },
  );
});

test("a term is found in any line that says it as a word, however it is stretched, cased and hidden", () => {
  const terms = termsOf(["plonk"]);
  const stretched = fc.constantFrom(1, 3, 4, 7);
  const hidden = fc.constantFrom("", "", "\u200b", "\u00ad", "\u2060\ufe0f", "\u0301", "\u0336");
  const letters = fc.tuple(
    ...[..."plonk"].map((letter) => fc.tuple(fc.constantFrom(letter, letter.toUpperCase()), stretched, hidden)),
  );
  const beside = fc.constantFrom("", " ", " wow, ", "!", "死", "12", "_", "👍");
  fc.assert(
    fc.property(letters, beside, beside, (spelt, before, after) => {
      const word = spelt.map(([letter, times, sign]) => (letter + sign).repeat(times)).join("");
      const text = new JudgedText(`${before}${word}${after}`);
      expect([text.original, terms.find(text).length]).toEqual([text.original, 1]);
    }),
  );
});

test("hostile lines take time in proportion to their length", () => {
  const room = { terms: termsOf([...TERMS, ...SIMILAR]), autoMod: STRICTEST, history: new RecentLines() };
  const hostile: ((length: number) => string)[] = [
    (length) => "1".repeat(length),
    (length) => "il1!|".repeat(length / 5),
    (length) => "ab".repeat(length / 2),
    (length) => "a b ".repeat(length / 4),
    (length) => `h${"\u0301\u0316\u0335".repeat(length / 3)}`,
    (length) => "\u200b".repeat(length),
    (length) => "บ้า".repeat(length / 3),
    (length) => "死 ".repeat(length / 2),
    (length) => "a*".repeat(length / 2),
    (length) => "🇫🇮".repeat(length / 4),
    (length) => "a.b".repeat(length / 3),
    (length) => "a@b.com ".repeat(length / 8),
    (length) => "http://".repeat(length / 7),
    (length) => "xyyyyyyyyy".repeat(length / 10),
    (length) => "<([{ . ".repeat(length / 7),
  ];
  const took = (body: string) => {
    const times = Array.from({ length: 3 }, () => {
      const before = process.cpuUsage();
      verdict(body, room);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1_000;
    });
    return Math.min(...times);
  };
  for (const make of hostile) {
    // Eight times as long: in proportion is 8 times as slow, quadratic 64 times. A line has 500 code points at most.
    const [short, long] = [took(make(500)), took(make(4_000))];
    expect([make(10), long < 24 * short + 20]).toEqual([make(10), true]);
  }
});

/** Terms of letters that share signs, so that each place of a hostile line begins several. */
const SIMILAR = Array.from({ length: 60 }, (_, i) => [..."ililili"].map((_, at) => "il"[(i >> at) & 1]).join(""));
