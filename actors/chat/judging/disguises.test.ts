import { expect, test } from "bun:test";
import { partFound, termsOf } from "./testing.ts";

const PLONK = termsOf(["plonk"]);
const hides = (terms: ReturnType<typeof termsOf>, ...lines: string[]) => {
  for (const line of lines) expect([line, partFound(terms, line)]).toEqual([line, expect.any(String)]);
};
const honest = (terms: ReturnType<typeof termsOf>, ...lines: string[]) => {
  for (const line of lines) expect([line, partFound(terms, line)]).toEqual([line, null]);
};

test("digits and signs stand for letters, each for any of its letters", () => {
  hides(PLONK, "pl0nk", "p1onk", "P|0nk", "p!onk");
  hides(termsOf(["sassy"]), "$@ssy", "5as5y");
  hides(termsOf(["bill", "lila"]), "b1ll", "bi1l", "b!1l", "1ila", "li1a");
  hides(termsOf(["дурак", "собака"]), "дур@к", "с0бака", "с06ака");
});

test("numbers never spell: there are at least as many letters", () => {
  honest(termsOf(["goza", "ass", "also", "bill"]), "6024", "142,460 and 4150", "a55", "4150", "8111", "b111");
  honest(termsOf(["boo", "tell", "kill"]), "bo!!!", "tel!!!", "ki!!!", "b 0 0");
});

test("stars hide letters inside a word of four or more", () => {
  hides(PLONK, "pl*nk", "p**nk", "PL#NK", "p＊onk");
  honest(PLONK, "p***k", "*lonk", "plon*", "p*o", "planks*", "pl*nks");
  honest(termsOf(["tit"]), "t*t");
});

test("letters that stand alone are joined, pieces of words are not", () => {
  hides(
    PLONK,
    "p l o n k",
    "p.l.o.n.k",
    "p - l . o _ n   k",
    "you are a p l o n k",
    "p l o n k you",
    "P 1 0 n k",
    "(p)(l)(o)(n)(k)",
    "⒫⒧⒪⒩⒦",
  );
  hides(PLONK, "🇵 🇱 🇴 🇳 🇰", "🇵🇱🇴🇳🇰", "p l o o o o n k");
  honest(PLONK, "p lonk", "plo nk", "x p l o n k y", "p l o n          k");
  honest(termsOf(["ass", "hell", "butt", "idim"]), "as soon as", "he'll she’ll", "but it", "I'd I'm", "a s s e s s");
  honest(termsOf(["cunt", "deat"]), "s c u n t h o r p e", "🇩🇪 abc 🇦🇹");
});

test("three or more of a letter are one or two; two stay two", () => {
  hides(PLONK, "plooonk", "ppplllooonnnkkk", "pl000nk", "PLONKKKKK");
  hides(termsOf(["zopp"]), "zoppppp", "zoooopp");
  honest(termsOf(["loser", "zopp", "god"]), "looser", "zop", "good", "goodd");
});

test("letters of other scripts are compared by their looks, in whole words of four letters or more", () => {
  hides(PLONK, "рlоnk", "ΡLΟΝΚ", "ᏢᏞONK", "plｏnк", "płonk");
  hides(termsOf(["дурак", "сука"]), "дypaк", "ДУPAK", "cyka", "CYKA");
  honest(termsOf(["coxa", "no", "how"]), "сохатый", "но потом", "ноw");
  const plainly = termsOf(["sinir"], { lookalikes: false });
  honest(plainly, "sınır");
  hides(termsOf(["sinir"]), "sınır");
});

test("each kind of undoing can be left out", () => {
  honest(termsOf(["plonk"], { leet: false }), "pl0nk", "pl*nk");
  honest(termsOf(["plonk"], { repeats: false }), "plooonk");
  honest(termsOf(["plonk"], { spaced: false }), "p l o n k");
  honest(termsOf(["plonk"], { lookalikes: false }), "рlоnk");
});

test("honest words and names are not what they contain", () => {
  const terms = termsOf([
    "ass",
    "cunt",
    "cock",
    "tit",
    "hell",
    "sex",
    "rape",
    "anal",
    "cum",
    "penis",
    "nig",
    "shit",
    "хер",
    "еб",
  ]);
  const lines = [
    "Scunthorpe, Penistone and Essex have classic grass courts",
    "Hitchcock and Babcock in the cockpit, a peacock and a shuttlecock",
    "the title of the constitution, institutes, competition",
    "hello from a shell in Hellmannstadt, he'll be back",
    "therapists analyse grapes; night, knight, Nigeria, documents accumulate",
    "Matsushita cooks shiitake, Sussex, sextant, embarrassed ambassador",
    "перед херсонским небом, хлеба себе, не требовать",
    "ребёнок, употребить, колебание",
  ];
  honest(terms, ...lines);
});

test("ordinary lines of many languages pass a list of short terms in theirs", () => {
  honest(
    termsOf(["рак", "сука", "бля"]),
    "привет, как дела? барак, скука, оскорблять",
    "команда собралась, стрим хороший",
  );
  honest(termsOf(["บ้า", "สัส"]), "กลับบ้านแล้ว สวัสดีครับ", "บ้านของฉัน");
  honest(termsOf(["كلب", "كلمة"]), "والكلمة الأخيرة", "السلام عليكم ورحمة الله", "بِسْمِ ٱللَّهِ");
  honest(termsOf(["ばか", "しね"]), "そればかり食べる", "すごいですねこれは WOW");
  honest(termsOf(["sik", "am"]), "sıkıntı yok, akşam geldi, İstanbul'da");
});
