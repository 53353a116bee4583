import { expect, test } from "bun:test";
import fc from "fast-check";
import { anyText } from "../testing-texts.ts";
import { clickableLinks } from "./clickable-links.ts";
import { countedLinks } from "./counted-links.ts";
import { readAllowedHost } from "./host.ts";

const clickable = (text: string) => clickableLinks(text).map(({ start, end, href }) => [text.slice(start, end), href]);
const counted = (text: string, rule = {}) => countedLinks(text, rule).map(({ start, end }) => text.slice(start, end));
/** Clickable, with this target; counts. */
const isLink = (text: string, href: string) => {
  expect(clickable(`see ${text} now`)).toEqual([[text, href]]);
  expect(counted(`see ${text} now`)).toEqual([text]);
};
const isNone = (text: string) => expect([text, clickable(text), counted(text)]).toEqual([text, [], []]);
const countsOnly = (text: string, rule = {}) =>
  expect([text, clickable(text), counted(text, rule).length > 0]).toEqual([text, [], true]);

test("hosts with a known ending are links, with or without scheme, path and port", () => {
  isLink("plonk.org", "https://plonk.org/");
  isLink("www.plonk.co.uk/a?b=c#d", "https://www.plonk.co.uk/a?b=c#d");
  isLink("http://plonk.org", "http://plonk.org/");
  isLink("HTTPS://PLONK.ORG/A", "https://plonk.org/A");
  isLink("7.fm/x", "https://7.fm/x");
  isLink("plonk.org:8443/x", "https://plonk.org:8443/x");
  isLink("https://192.0.2.1/x", "https://192.0.2.1/x");
  isLink("https://[2001:db8::1]/x", "https://[2001:db8::1]/x");
  isLink("https://plonk.test/x", "https://plonk.test/x");
  isLink("müller.de", "https://xn--mller-kva.de/");
  isLink("例え.jp/道", "https://xn--r8jz45g.jp/%E9%81%93");
});

test("names of files are none until a path, a port, a scheme or a third label says otherwise", () => {
  for (const text of [
    "readme.md",
    "setup.py, lib.rs; build.sh",
    "archive.zip",
    "node.js",
    "photo.png",
    "I know.so what",
  ])
    isNone(text);
  isLink("readme.md/page", "https://readme.md/page");
  isLink("www.blic.rs", "https://www.blic.rs/");
  isLink("https://setup.py", "https://setup.py/");
});

test("ordinary text is none", () => {
  for (const text of [
    "wait...what omg..why",
    "word.",
    "word...",
    "a.b.c.d",
    "e.g. i.e. U.S.A. 9 a.m. p.s.",
    "3.14 and 1.000,50 €",
  ])
    isNone(text);
  for (const text of [
    "v1.2.3.4 is out",
    "std::vector :D:D",
    "localhost:3000",
    "http:// https:///x http://.",
    "this.has.some.dots",
    "50/50",
  ])
    isNone(text);
});

test("e-mail addresses are none, and neither is their second half", () => {
  for (const text of ["ann@plonk.org", "mail ann.b@sub.plonk.org!", "mailto:ann@plonk.org", "tel:+4912345"])
    isNone(text);
});

test("only http and https are clickable", () => {
  for (const text of ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd"]) isNone(text);
  for (const text of ["javascript://plonk.org/%0aalert(1)", "ftp://plonk.org/x", "steam://plonk.org/x"])
    countsOnly(text);
});

test("a name in front of @ poses as the host: it counts and is not clickable", () => {
  for (const text of [
    "https://bank.com@plonk.org/",
    "https://bank.com:x@plonk.org",
    "http://@plonk.org/",
    `https://${"a".repeat(300)}@plonk.org`,
  ])
    countsOnly(text);
});

test("punctuation and brackets of the sentence are not the link's", () => {
  const one = [["https://plonk.org/a", "https://plonk.org/a"]];
  for (const [before, after] of ["  ", "().", "[]", '""', "“”!", "«»", "<>", " ,", " ?!", " 。", "（）"].map((pair) => [
    pair[0],
    pair.slice(1),
  ]))
    expect(clickable(`${before}https://plonk.org/a${after}`)).toEqual(one);
  expect(clickable("https://plonk.org/a_(b)")[0]![0]).toBe("https://plonk.org/a_(b)");
  expect(clickable("plonk.org🎉 https://plonk.org/x🎉")).toEqual([
    ["plonk.org", "https://plonk.org/"],
    ["https://plonk.org/x", "https://plonk.org/x"],
  ]);
});

test("an override of direction ends an address, and what it turns round is no second one", () => {
  expect(clickable("https://plonk.org/\u202efdp.exe")).toEqual([["https://plonk.org/", "https://plonk.org/"]]);
  expect(clickable("https://plonk.org/a\u202emoc.knolp")).toEqual([["https://plonk.org/a", "https://plonk.org/a"]]);
  expect(clickable("\u202eplonk.org")).toEqual([]);
});

test("a host that is not what it looks like is shown in ASCII", () => {
  const shown = (text: string) => clickableLinks(text).map(({ showHost }) => showHost);
  expect(shown("https://раураӏ.com/ plonk.org")).toEqual([expect.stringMatching(/^xn--[a-z0-9]+\.com$/), null]);
  expect(shown("https://gооgle.com")).toEqual(["xn--ggle-55da.com"]);
  expect(shown("https://почта.рф https://bücher.de https://日本.jp")).toEqual([null, null, null]);
  expect(shown("http://3221225985/")).toEqual(["192.0.2.1"]);
});

test("what is hidden or spelt out counts; blanks around a dot only where that is asked for", () => {
  for (const text of [
    "plo\u200bnk.org",
    "https://plo\u00adnk.org",
    "plonk[.]org",
    "plonk(dot)org",
    "plonk{ . }org",
    "plonk。org",
    "join 192.0.2.1:25565",
  ])
    countsOnly(text);
  for (const text of ["plonk dot com", "plonk . com", "plonk. com", "plonk .com"]) {
    expect([text, counted(text)]).toEqual([text, []]);
    countsOnly(text, { spelt: true });
  }
  for (const text of ["polka dot dress", "the end . so what", "wow (dot) ok", "what. is it"])
    expect([text, counted(text, { spelt: true })]).toEqual([text, []]);
});

test("an allowed host covers its subdomains, and nothing that merely has its name", () => {
  const allowed = [readAllowedHost("https://Plonk.org/about")!];
  expect(counted("plonk.org clips.plonk.org/x", { allowed })).toEqual([]);
  for (const text of ["plonk.org.evil.net", "notplonk.org", "evil.net/?u=plonk.org", "https://plonk.org@evil.net/"])
    expect(counted(text, { allowed })).toHaveLength(1);
  expect(counted("plonk.org evil.net", { allowed })).toEqual(["evil.net"]);
});

test("an allowed host is set as people type it, or refused", () => {
  expect(["plonk.org", "*.Plonk.org", "http://plonk.org/x", "bücher.de"].map(readAllowedHost)).toEqual([
    ...["plonk.org", "plonk.org", "plonk.org", "xn--bcher-kva.de"],
  ]);
  for (const typed of [
    "",
    " ",
    "plonk",
    "org",
    "co.uk",
    "a b.org",
    "x@plonk.org",
    "plonk.org:80",
    `${"a".repeat(300)}.org`,
  ])
    expect(readAllowedHost(typed)).toBeNull();
});

test("places are inside the text, in order and without overlaps, for any text", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "http://",
      "https://",
      "www.",
      ".",
      ":",
      "/",
      "@",
      "plonk",
      "com",
      "org",
      ".md",
      "(dot)",
      " dot ",
      "\u202e",
      "\u200b",
      "🎉",
      "xn--",
      "?",
      "[",
      "]",
    ),
    anyText(4),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      for (const links of [clickableLinks(text), countedLinks(text, { spelt: true })]) {
        let before = 0;
        for (const { start, end } of links) {
          expect(start).toBeGreaterThanOrEqual(before);
          expect(end).toBeGreaterThan(start);
          before = end;
        }
        expect(before).toBeLessThanOrEqual(text.length);
      }
      for (const { href } of clickableLinks(text)) expect(href).toMatch(/^https?:\/\//);
    }),
  );
});
