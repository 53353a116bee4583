// Where emotes stand in lines, and which are offered.

import { expect, test } from "bun:test";
import type { EmoteView } from "#schema/api/emotes.ts";
import { emotesFor } from "./offers.ts";
import { pieces } from "./text.ts";

const emote = (code: string): EmoteView => ({
  ...{ id: code, code, width: 28, height: 28, animated: false, url: `/${code}.webp`, srcset: "" },
  ...{ stillUrl: "", stillSrcset: "" },
});
const known = new Map(["Kappa", "reefHype", "thread", "Hi"].map((code) => [code, emote(code)]));
const shown = (body: string) =>
  pieces(body, known).map((piece) => ("emote" in piece ? `<${piece.emote.code}>` : piece.text));

test("an emote is a whole word between blanks, in its exact letters", () => {
  expect(shown("Kappa")).toEqual(["<Kappa>"]);
  expect(shown("so Kappa  Kappa!")).toEqual(["so ", "<Kappa>", "  Kappa!"]);
  expect(shown("kappa KAPPA Kappas std::thread reefHype")).toEqual(["kappa KAPPA Kappas std::thread ", "<reefHype>"]);
  expect(shown("\u00a0Kappa\u3000Hi")).toEqual(["\u00a0", "<Kappa>", "\u3000", "<Hi>"]);
});

test("links and mentions stay what they are beside emotes, and the pieces are the whole line", () => {
  const body = "Hi @ada see https://example.org/Kappa Kappa";
  expect(shown(body)).toEqual(["<Hi>", " ", "@ada", " see ", "https://example.org/Kappa", " ", "<Kappa>"]);
  expect(
    pieces(body, known)
      .map(({ text }) => text)
      .join(""),
  ).toBe(body);
  expect(pieces("constructor toString __proto__", known)).toEqual([{ text: "constructor toString __proto__" }]);
});

test("those that begin with the letters are offered first, whatever their case", () => {
  const offered = (letters: string) => emotesFor(letters, known).map(({ text }) => text);
  expect(offered("h")).toEqual(["Hi", "reefHype", "thread"]);
  expect(offered("hype")).toEqual(["reefHype"]);
  expect(offered("zz")).toEqual([]);
  expect(offered("")).toHaveLength(4);
});
