// What a list completes in the composer.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { completed, completionAt } from "./completion.ts";

/** `|` is the caret. */
const at = (marked: string) => completionAt(marked.replace("|", ""), marked.indexOf("|"));

test("an @ at the beginning of a word is a person", () => {
  expect(at("@|")).toEqual({ kind: "person", letters: "", from: 0 });
  expect(at("hello @Qui|")).toEqual({ kind: "person", letters: "qui", from: 6 });
  expect(at("hello @Qui| and more")).toEqual({ kind: "person", letters: "qui", from: 6 });
  expect(at("mail me@qui|")).toBeNull();
  expect(at("@qui |")).toBeNull();
});

test("a slash is a command at the beginning of the line alone", () => {
  expect(at("/|")).toEqual({ kind: "command", letters: "", from: 0 });
  expect(at("/Blo|")).toEqual({ kind: "command", letters: "blo", from: 0 });
  expect(at("and/or|")).toBeNull();
  expect(at(" /me|")).toBeNull();
  expect(at("/block qui|")).toBeNull();
  expect(at("/block @qui|")).toEqual({ kind: "person", letters: "qui", from: 7 });
});

test("a colon needs two letters to be an emote", () => {
  expect(at(":w|")).toBeNull();
  expect(at("so :wa|")).toEqual({ kind: "emote", letters: "wa", from: 3 });
  expect(at("at 12:30|")).toBeNull();
});

test("what is chosen takes the place of what was written, and the caret stands after its blank", () => {
  const marked = (text: string, inserted: string) => {
    const [plain, caret] = [text.replace("|", ""), text.indexOf("|")];
    const next = completed(plain, caret, completionAt(plain, caret)!, inserted);
    return `${next.text.slice(0, next.caret)}|${next.text.slice(next.caret)}`;
  };
  expect(marked("hello @qui|", "@quickfox")).toBe("hello @quickfox |");
  expect(marked("hello @qui| there", "@quickfox")).toBe("hello @quickfox |there");
  expect(marked("/bl|", "/block")).toBe("/block |");
});

test("whatever is written, what stands before the sign and after the caret is kept", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.stringMatching(/^[a-z0-9_]{0,8}$/), (head, tail, letters) => {
      const text = `${head} @${letters}${tail}`;
      const caret = head.length + 2 + letters.length;
      const found = completionAt(text, caret);
      expect(found).toEqual({ kind: "person", letters, from: head.length + 1 });
      const next = completed(text, caret, found!, "@ada");
      expect(next.text.startsWith(`${head} @ada `)).toBe(true);
      expect(next.text.endsWith(tail.replace(/^ /, ""))).toBe(true);
    }),
  );
});
