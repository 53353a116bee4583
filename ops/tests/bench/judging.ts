// What judging a line of chat costs a room's owner in processor time: 500 terms, 100 of them patterns, all built-in lists and AutoMod's
// strictest level, over lines of several kinds.

import { compileAutoMod } from "#actors/chat/judging/auto-mod.ts";
import { compileTerms } from "#actors/chat/judging/compiled-terms.ts";
import { judge } from "#actors/chat/judging/judge.ts";
import { JudgedText } from "#actors/chat/judging/judged-text.ts";
import { RecentLines } from "#actors/chat/judging/recent-lines.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { AUTO_MOD_KINDS } from "#schema/wire/moderation/auto-mod.ts";
import { PATTERNS_MAX, TERMS_MAX } from "#schema/wire/moderation/term-limits.ts";
import type { BenchResult } from "./result.ts";

const ROUNDS = 2_000;
const WARM_UP = 500;
/** Per line of ordinary chat. */
const TARGET_MS = 0.3;

const WORDS = (
  "the stream is great today and this boss fight took so long that nobody believed it could end before midnight lol wow nice " +
  "how did you get past him without healing I would have died twice there what a save chat go left no right behind you watch out " +
  "anyone else hear music from outside my cat just walked over keyboard again sorry brb getting coffee new here love your setup " +
  "which mouse are using when next tournament can we see inventory please thanks for playing good game well played rematch tomorrow"
).split(" ");
const CYRILLIC = "привет как дела сегодня очень хороший стрим спасибо всем за помощь команда".split(" ");
const JAPANESE = ["今日の配信はとても楽しかったです、", "また来週もよろしくお願いします！", "すごいですねこれは"];

export async function benchJudging(): Promise<BenchResult> {
  const random = new SeededRandom(7);
  const pick = <One>(from: readonly One[]): One => from[Math.floor(random.next() * from.length)]!;
  const letters = (length: number, of = "abcdefghijklmnopqrstuvwxyz") =>
    Array.from({ length }, () => pick([...of])).join("");
  const several = (words: readonly string[], times: number, between = " ") =>
    Array.from({ length: times }, () => pick(words)).join(between);

  const sources = new Set<string>();
  while (sources.size < PATTERNS_MAX) sources.add(pick(PATTERNS)(letters(5)));
  const words = [
    () => letters(6),
    () => `${letters(5)}*`,
    () => `${letters(4)} ${letters(5)}`,
    () => letters(5, "абвгдежзиклмнопрст"),
  ];
  while (sources.size < TERMS_MAX) sources.add(pick(words)());
  const startMs = performance.now();
  const terms = compileTerms([...sources]);
  if (Array.isArray(terms)) throw new Error(`the terms were refused: ${terms[0]?.source} ${terms[0]?.code}`);
  const autoMod = compileAutoMod({ levels: Object.fromEntries(AUTO_MOD_KINDS.map((kind) => [kind, 4])) });
  const compiledMs = performance.now() - startMs;

  const kinds: Record<string, () => string> = {
    "ordinary, 60 characters": () => several(WORDS, 11),
    "ordinary, 500 characters": () => several(WORDS, 110).slice(0, 500),
    "Russian, 60 characters": () => several(CYRILLIC, 9),
    "Japanese, 60 characters": () => several(JAPANESE, 4, ""),
    "with two links": () => `${several(WORDS, 5)} example.com https://clips.example.org/watch?v=${letters(6)}`,
    "leet and stretched": () =>
      several(WORDS, 11).replace(/[aeo]/g, (letter) => ({ a: "4", e: "333", o: "0" })[letter]!),
    "hostile: 500 letters alone": () => letters(250).split("").join(" "),
    "hostile: 500 of one letter": () => letters(1).repeat(500),
    "hostile: 500 digits and signs": () => letters(500, "013457@$!|il"),
    "hostile: 500 marks": () => `h${letters(499, "\u0300\u0301\u0316\u0334\u035c")}`,
    "hostile: 500 letters that are parts of terms": () => several([...sources], 80, "").slice(0, 500),
  };
  const history = new RecentLines();
  let atMs = 0;
  const rows: string[][] = [];
  for (const [kind, make] of Object.entries(kinds)) {
    const tookMs: number[] = [];
    let allowed = 0;
    const bodies = Array.from({ length: WARM_UP + ROUNDS }, make);
    let started = process.cpuUsage();
    bodies.forEach((body, round) => {
      if (round === WARM_UP) started = process.cpuUsage();
      const before = performance.now();
      const line = {
        text: new JudgedText(body, { emotes: EMOTES, isPerson: () => false }),
        by: `u${round % 50}`,
        atMs,
      };
      const { verdict } = judge(line, { terms, autoMod, history });
      history.add(line.by, line.text.print, atMs);
      const took = performance.now() - before;
      atMs += 200;
      if (round < WARM_UP) return;
      tookMs.push(took);
      if (verdict === "allow") allowed++;
    });
    const { user, system } = process.cpuUsage(started);
    tookMs.sort((a, b) => a - b);
    const at = (share: number) => tookMs[Math.floor((tookMs.length - 1) * share)]!;
    const times = [(user + system) / 1_000 / ROUNDS, at(0.5), at(0.99), tookMs.at(-1)!];
    rows.push([kind, ...times.map((ms) => ms.toFixed(3)), String(allowed)]);
  }
  return {
    title: "Judging a line of chat",
    target: `p50 ≤ ${TARGET_MS} ms for an ordinary line, and no line that takes much longer than its length explains`,
    method: `${TERMS_MAX} terms, ${PATTERNS_MAX} of them patterns, the lists of all languages and every kind of AutoMod at level 4, compiled once in ${compiledMs.toFixed(0)} ms; ${ROUNDS} lines of each kind after ${WARM_UP} for warming up; from the text as it was said to the verdict`,
    header: ["lines", "mean ms of processor time", "p50 ms", "p99 ms", "max ms", "allowed"],
    rows,
  };
}

const EMOTES = new Set(["Kappa", "PogChamp"]);

const PATTERNS: readonly ((word: string) => string)[] = [
  (word) => `/${word}\\d+/`,
  (word) => `/(${word}|${word}s) ?now/`,
  (word) => `/\\b${word}[a-z]*/`,
  (word) => `/${word.slice(0, 2)}.?${word.slice(2)}/`,
];
