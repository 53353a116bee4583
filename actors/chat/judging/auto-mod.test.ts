import { expect, test } from "bun:test";
import { AUTO_MOD_KINDS, type AutoModSettings } from "#schema/wire/moderation/auto-mod.ts";
import { type AutoModContext, compileAutoMod } from "./auto-mod.ts";
import { JudgedText } from "./judged-text.ts";
import { RecentLines } from "./recent-lines.ts";
import { termsOf } from "./testing.ts";
import { HONEST_LINES } from "./testing-honest-lines.ts";
import { BUILT_IN_LISTS, type WordList } from "./word-lists.ts";

const LISTS = new Map<string, WordList>([
  [
    "en",
    {
      hate: { 4: "grobnik", 2: "grob" },
      insult: { 2: "zonk, zonk off" },
      profanity: { 1: "plonk" },
      sexual: { 3: "flib" },
    },
  ],
  ["de", { insult: { 2: "Döskopp" } }],
  ["ru", { insult: { 2: "дурак" } }],
]);
const held = (levels: AutoModSettings["levels"], body: string, context: AutoModContext = {}) =>
  compileAutoMod({ levels }, LISTS)
    .find({ text: new JudgedText(body), by: "u1", atMs: 0 }, context)
    .map(({ kind, start, end }) => [kind, body.slice(start, end)]);

test("a level holds the words of its weight and heavier, for each kind on its own", () => {
  expect([held({}, "grobnik"), held({ hate: 0 }, "grobnik")]).toEqual([[], []]);
  expect([held({ hate: 1 }, "you Grobnik"), held({ hate: 1 }, "grob")]).toEqual([[["hate", "Grobnik"]], []]);
  expect([held({ hate: 3 }, "grob"), held({ profanity: 3 }, "plonk"), held({ profanity: 4 }, "plonk")]).toEqual([
    ...[[["hate", "grob"]], [], [["profanity", "plonk"]]],
  ]);
  expect(held({ hate: 4, insult: 4, sexual: 4 }, "plonk it")).toEqual([]);
});

test("the heaviest kind names the hold, and each kind is listed with its part", () => {
  expect(held({ insult: 4, sexual: 4, profanity: 4 }, "plonk, zonk and flib")).toEqual([
    ...[
      ["sexual", "flib"],
      ["insult", "zonk"],
      ["profanity", "plonk"],
    ],
  ]);
  expect(held({ insult: 4, links: 1 }, "zonk.com")[0]).toEqual(["insult", "zonk"]);
});

test("lists are chosen by language, and German ones know ae for ä", () => {
  const english = compileAutoMod({ levels: { insult: 4 }, languages: ["en"] }, LISTS);
  expect(english.find({ text: new JudgedText("дурак"), by: "", atMs: 0 })).toEqual([]);
  for (const body of ["дурак", "DÖSKOPP", "doeskopp"]) expect(held({ insult: 3 }, body)).toHaveLength(1);
  expect(held({ insult: 3 }, "doskopper")).toEqual([]);
});

test("permitted terms beat the lists where they cover the word, and only there", () => {
  const permitted = termsOf(["zonk city"]);
  expect(held({ insult: 4 }, "Zonk City is nice", { permitted })).toEqual([]);
  expect(held({ insult: 4 }, "Zonk City, you zonk", { permitted })).toEqual([["insult", "zonk"]]);
  expect(held({ insult: 4 }, "zonk off to Zonk City", { permitted })).toEqual([["insult", "zonk off"]]);
});

test("links are held at any level, spelt-out ones from the second, allowed ones never", () => {
  expect([held({ links: 1 }, "see plonk.org"), held({ links: 1 }, "plonk dot com")]).toEqual([
    [["links", "plonk.org"]],
    [],
  ]);
  expect(held({ links: 2 }, "go to plonk dot com")).toEqual([["links", "plonk dot com"]]);
  expect(held({ links: 4 }, "clips.plonk.org readme.md", { allowedHosts: ["plonk.org"] })).toEqual([]);
});

test("words of mixed scripts are held the sooner the stricter the level; honest mixtures never", () => {
  const three = "frее mоnеу hеrе";
  expect([1, 2, 3, 4].map((level) => held({ lookalikes: level as 1 }, three).length)).toEqual([1, 1, 1, 1]);
  expect([1, 2, 3, 4].map((level) => held({ lookalikes: level as 1 }, "mоnеу").length)).toEqual([0, 0, 1, 1]);
  for (const body of ["привет сохатый", "5 µm, Ω, β-test, π", "SMSка и Telegramа, USB-кабель", "すごいWOW", "Δv αβγ"])
    expect([body, held({ lookalikes: 4 }, body)]).toEqual([body, []]);
});

test("the same line again is spam, by one person or by many", () => {
  const history = new RecentLines();
  const body = "visit my page for cheap gold";
  const spam = (by: string, atMs: number, said = body) =>
    compileAutoMod({ levels: { spam: 3 } }).find({ text: new JudgedText(said), by, atMs }, { history }).length > 0;
  const say = (by: string, atMs: number, said = body) => history.add(by, new JudgedText(said).print, atMs);
  expect(spam("ann", 0)).toBe(false);
  say("ann", 0);
  say("ann", 1_000, "cheap gold for my page visit");
  expect([spam("ann", 2_000), spam("bob", 2_000), spam("ann", 40_000)]).toEqual([true, false, false]);
  for (const by of ["b", "c", "d", "e"]) say(by, 2_000);
  expect([spam("bob", 3_000), spam("bob", 3_000, "what time is it in Rome"), spam("bob", 3_000, "lol")]).toEqual([
    true,
    false,
    false,
  ]);
});

test("the memory of lines is bounded", () => {
  const history = new RecentLines();
  const { print } = new JudgedText("the very same line of everybody");
  for (let i = 0; i < 5_000; i++) history.add(`u${i}`, print, i);
  const limit = { threshold: 0.9, windowMs: 60_000, lettersMin: 10, times: 1, people: 1_000 };
  expect([history.isSpam("u4999", print, 5_000, limit), history.isSpam("u0", print, 5_000, limit)]).toEqual([
    true,
    false,
  ]);
  expect([127, 129].map((people) => history.isSpam("new", print, 5_000, { ...limit, people }))).toEqual([true, false]);
});

test("honest lines of many languages pass every built-in list and shape at the strictest level", () => {
  const autoMod = compileAutoMod({ levels: Object.fromEntries(AUTO_MOD_KINDS.map((kind) => [kind, 4])) });
  for (const line of HONEST_LINES)
    expect([line, autoMod.find({ text: new JudgedText(line), by: "u1", atMs: 0 })]).toEqual([line, []]);
});

test("every built-in list is read, and finds its own words in capitals", () => {
  for (const [language, list] of BUILT_IN_LISTS) {
    const autoMod = compileAutoMod({ levels: { hate: 4, insult: 4, profanity: 4, sexual: 4 }, languages: [language] });
    for (const weights of Object.values(list))
      for (const term of Object.values(weights).flatMap((terms) => terms.split(", "))) {
        const text = new JudgedText(term.replaceAll("*", "").toUpperCase());
        expect([term, autoMod.find({ text, by: "", atMs: 0 }).length > 0]).toEqual([term, true]);
      }
  }
});
