import { expect, test } from "bun:test";
import { partFound, termsOf } from "./testing.ts";

const PLONK = termsOf(["plonk"]);
/** Each line has the term; those with the part that stands for it in brackets. */
const found = (terms: ReturnType<typeof termsOf>, ...lines: string[]) => {
  for (const line of lines) {
    const part = /⟦(.*)⟧/su.exec(line)?.[1];
    const body = line.replace(/[⟦⟧]/gu, "");
    expect([line, partFound(terms, body)]).toEqual([line, part ?? expect.any(String)]);
  }
};
const none = (terms: ReturnType<typeof termsOf>, ...lines: string[]) => {
  for (const line of lines) expect([line, partFound(terms, line)]).toEqual([line, null]);
};

test("a word is found whole, with punctuation, digits and underscores as its edges", () => {
  found(
    PLONK,
    "⟦plonk⟧",
    "oh ⟦PLONK⟧!",
    "(⟦plonk⟧)",
    "⟦plonk⟧_fan",
    "⟦Plonk⟧123",
    "2⟦plonk⟧",
    "the ⟦plonk⟧’s fault",
    "*⟦plonk⟧*",
    "#⟦plonk⟧",
  );
  none(PLONK, "plonker", "superplonk", "unplonkable", "plon k", "pl onk");
  found(termsOf(["пёс"]), "вот ⟦пес⟧!");
  none(termsOf(["рак"]), "барак", "ракета", "дурак");
});

test("an apostrophe is no edge of a short word", () => {
  none(termsOf(["ai", "ll"]), "j'ai", "j’ai vu", "they'll");
  found(termsOf(["ai"]), "the ⟦AI⟧ said", "'⟦ai⟧'");
  found(PLONK, "l'⟦plonk⟧", "⟦plonk⟧'s");
});

test("scripts without blanks have the word segmenter's edges, Han has none", () => {
  found(termsOf(["笨蛋"]), "你这个⟦笨蛋⟧啊", "⟦笨 蛋⟧", "⟦笨-蛋⟧", "⟦笨\u200b蛋⟧");
  none(termsOf(["笨蛋"]), "笨，蛋糕", "笨鸡蛋");
  found(termsOf(["バカ"]), "お前は⟦ﾊﾞｶ⟧だ", "⟦バ カ⟧");
  none(termsOf(["ばか"]), "そればかり");
  found(termsOf(["บ้า"]), "คน⟦บ้า⟧มาก");
  none(termsOf(["บ้า"]), "กลับบ้าน");
  found(termsOf(["plonk"]), "你⟦plonk⟧啊", "⟦plonk⟧です", "⟦plonk⟧이야");
});

test("Korean endings are written onto the word; a longer word is another one", () => {
  found(termsOf(["멍청이"]), "너는 ⟦멍청이⟧야", "⟦멍청이⟧들은", "⟦멍청이⟧입니다");
  none(termsOf(["멍청이", "가나"]), "왕멍청이", "멍청이상자", "가난한");
});

test("stars are zero or more letters, inside one word", () => {
  found(termsOf(["plonk*"]), "⟦plonk⟧", "⟦plonk⟧ers", "⟦plonk⟧5");
  none(termsOf(["plonk*"]), "superplonk");
  found(termsOf(["*plonk"]), "super⟦plonk⟧", "و⟦plonk⟧");
  found(termsOf(["*plonk*"]), "super⟦plonk⟧ers");
  found(termsOf(["pl*nk"]), "⟦plnk⟧", "⟦plaaank⟧", "⟦PLÖNK⟧");
  none(termsOf(["pl*nk"]), "pl nk", "pla-nk", "plonks");
  found(termsOf(["p*n*k dot*"]), "⟦plonk dot⟧ty");
  none(termsOf(["what?"]), "whats up");
  found(termsOf(["what?"]), "⟦what?⟧");
});

test("a phrase stands with any white space and punctuation between its words, in its order", () => {
  const terms = termsOf(["cheap gold"]);
  found(terms, "⟦cheap gold⟧", "buy ⟦CHEAP\u3000…  gold⟧ now", "⟦cheap,gold⟧", "⟦ch34p g0ld⟧");
  none(terms, "cheap old gold", "gold cheap", "cheapgold", "cheap golden");
});

test("signs stand for themselves, without edges", () => {
  found(termsOf(["c++"]), "⟦c++⟧ is", "(⟦C++⟧)");
  none(termsOf(["c++"]), "c is", "abc++");
  found(termsOf(["<3"]), "i ⟦<3⟧ you", "x⟦<3⟧y");
  none(termsOf(["<3"]), "1 <30");
  found(termsOf(["(h)"]), "a⟦(h)⟧b");
  found(termsOf(["﷽"]), "⟦﷽⟧﷽");
  found(termsOf(["1488"]), "x ⟦1488⟧ y");
  none(termsOf(["1488"]), "21488", "14 88");
});

test("emoji are found whole, in any skin tone", () => {
  const terms = termsOf(["👍", "👨", "🇫🇮"]);
  found(terms, "wow 👍🏿", "👍👍", "👨", "🇫🇮");
  none(terms, "👨‍👩‍👧", "🇫🇷 🇮🇹", "👎");
});

test("a pattern is searched as it is written and without disguises, in any letter case", () => {
  found(termsOf(["/plo+nk\\d/"]), "a ⟦PLOOOONK7⟧ b", "⟦plo\u200bnk1⟧", "⟦ｐｌｏｎｋ1⟧");
  found(termsOf(["/\\x{202e}/"]), "a⟦\u202e⟧b");
  found(termsOf(["/\\p{L}{3,}любовь/"]), "⟦оченьлюбовь⟧");
  none(termsOf(["/^plonk$/"]), "a plonk");
});

test("codes of emotes and names of people are not said; unknown ones are text", () => {
  const terms = termsOf(["plonk*"]);
  const emotes = new Set(["plonkHype"]);
  const isPerson = (login: string) => login === "plonk_fan";
  expect(partFound(terms, "plonkHype @Plonk_Fan ＠plonk_fan", { emotes, isPerson })).toBeNull();
  for (const body of ["plonkhype", "plonkHype!", "@plonk", "@plonk_fan2", "a@plonk_fan"])
    expect(partFound(terms, body, { emotes, isPerson })).not.toBeNull();
});

test("words of an address are words, and nothing is undone there", () => {
  found(PLONK, "https://⟦plonk⟧.example/", "see ⟦plonk⟧.com/x", "https://a.example/?q=⟦plonk⟧");
  none(
    PLONK,
    "https://a.example/p10nk",
    "https://a.example/p/l/o/n/k",
    "https://a.example/plooonk",
    "https://a.example/pl*nk",
  );
});

test("of several terms the first place counts, whatever the order of the list", () => {
  const sources = ["zonk", "plonk fest", "plonk", "/bonk/"];
  for (const order of [sources, sources.toReversed()])
    expect(partFound(termsOf(order), "a plonk fest, zonk, bonk")).toBe("plonk fest");
});
