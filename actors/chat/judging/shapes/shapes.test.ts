import { expect, test } from "bun:test";
import { JudgedText } from "../judged-text.ts";
import { shouts } from "./caps.ts";
import { repeats } from "./repetition.ts";
import { isEmoteWall, isSymbolWall } from "./walls.ts";
import { zalgoIn } from "./zalgo.ts";

const emotes = new Set(["Zonk", "ZAP"]);
const textOf = (body: string) => new JudgedText(body, { emotes, isPerson: (login) => login === "loud_ann" });

test("shouting is a share of the cased letters of what is said", () => {
  const is = (body: string) => shouts(textOf(body).spoken, { lettersMin: 8, shareMin: 0.7 });
  for (const body of ["WHAT IS THIS", "ПОЧЕМУ ТАК ГРОМКО", "ΓΙΑΤΙ ΦΩΝΑΖΕΙΣ", "𝐖𝐇𝐀𝐓 𝐈𝐒 𝐓𝐇𝐈𝐒", "W̲H̲A̲T̲ I̲S̲ T̲H̲I̲S̲"])
    expect([body, is(body)]).toEqual([body, true]);
  for (const body of [
    "OK GG WP",
    "What Is This",
    "GG 100000 X 200000",
    "WOW すごいですね",
    "ZAP ZAP ZAP ZAP",
    "@LOUD_ANN HTTPS://PLONK.ORG/ABCDEF yes",
  ])
    expect([body, is(body)]).toEqual([body, false]);
});

test("stacks of marks are counted on each letter, and honest spellings are none", () => {
  for (const body of ["a̴̵̴̵̴x", `a plain text and at its end a ${"\u0301".repeat(40)}`, `ก${"\u0e47".repeat(9)}`])
    expect(zalgoIn(body, 4)).not.toBeNull();
  for (const body of ["Việt Nam ế̂", "بِسْمِ ٱللَّهِ ٱلرَّحْمَٰنِ", "בְּרֵאשִׁ֖ית", "བསྒྲུབས་ཧཱུྃ", "1️⃣2️⃣", "हिन्दी", "❤️‍🔥"])
    expect([body, zalgoIn(body, 4)]).toEqual([body, null]);
  expect(zalgoIn("ok x̴̵̴̵̴ ok", 4)).toEqual({ start: 3, end: 9 });
});

test("one sign, word or phrase over and over is repetition; laughter and emphasis are not", () => {
  const is = (body: string) => repeats(body, textOf(body).spoken, { runMax: 15, unitMax: 6 });
  for (const body of [
    "a".repeat(16),
    "👩‍🚀".repeat(16),
    "no no no no no no no",
    "Zonk ".repeat(7),
    "go team ".repeat(5),
    "lol".repeat(16),
  ])
    expect([body, is(body)]).toEqual([body, true]);
  for (const body of [
    "hahahahahaha",
    "ㅋ".repeat(15),
    "5".repeat(12),
    "very very nice",
    "go team go team",
    "Zonk ".repeat(6).trim(),
    "👍🏻👍🏼👍🏽👍🏾👍🏿".repeat(4),
    "https://plonk.org/aaaaaaaaaaaaaaaaaaaa",
  ])
    expect([body, is(body)]).toEqual([body, false]);
});

test("walls of signs and of emotes are told apart", () => {
  const signs = (body: string) => isSymbolWall(textOf(body).spoken, { signsMin: 15, shareMin: 0.6 });
  for (const body of ["▓▓▓▓▓▒▒▒▒▒░░░░░", "?!".repeat(10), "⣿⣿⣿⣿⣿⣿⡿⠿⠿⠿⠿⣿⣿⣿⣿⣿"])
    expect([body, signs(body)]).toEqual([body, true]);
  for (const body of ["what?! no... (really) - yes!!!", "👍".repeat(30), "c++ is <3", "Zonk ".repeat(30)])
    expect([body, signs(body)]).toEqual([body, false]);
  const wall = (body: string) => isEmoteWall(textOf(body).spoken, textOf(body).emotes, 8);
  for (const body of ["👩‍👩‍👧‍👦".repeat(9), "Zonk ZAP ".repeat(5), `${"Zonk ".repeat(5)}${"👍🏽".repeat(4)}`])
    expect([body, wall(body)]).toEqual([body, true]);
  for (const body of ["👩‍👩‍👧‍👦".repeat(8), "Zonk ".repeat(8), "123456789 ###", "zonk ".repeat(20)])
    expect([body, wall(body)]).toEqual([body, false]);
});
