import { expect, test } from "bun:test";
import fc from "fast-check";
import { Automaton } from "./automaton.ts";

/** Each find as `word@end`, sorted. */
const finds = (words: string[], text: string) => {
  const found: string[] = [];
  const units = Uint16Array.from(text.split(""), (unit) => unit.charCodeAt(0));
  new Automaton(words).search(units, (word, end) => found.push(`${words[word]}@${end}`));
  return found.sort();
};

test("words inside words are found, each at each of its places", () => {
  expect(finds(["he", "she", "his", "hers"], "ushers")).toEqual(["he@4", "hers@6", "she@4"]);
  expect(finds(["aa", "a"], "aaa")).toEqual(["a@1", "a@2", "a@3", "aa@2", "aa@3"]);
  expect([finds([], "abc"), finds(["abc"], "")]).toEqual([[], []]);
});

test("as many as a search for each word finds", () => {
  const letters = (maxLength: number, minLength = 0) =>
    fc.array(fc.constantFrom("a", "b", "死", "\ud83d"), { minLength, maxLength }).map((units) => units.join(""));
  fc.assert(
    fc.property(fc.uniqueArray(letters(5, 1), { maxLength: 12 }), letters(40), (words, text) => {
      const expected = words.flatMap((word) =>
        Array.from({ length: text.length }, (_, at) => at)
          .filter((at) => text.startsWith(word, at))
          .map((at) => `${word}@${at + word.length}`),
      );
      expect(finds(words, text)).toEqual(expected.sort());
    }),
  );
});
