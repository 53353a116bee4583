// Links and mentions in a line's text.

import { expect, test } from "bun:test";
import { mentions, pieces } from "./text.ts";

test("only http and https become links", () => {
  expect(pieces("see https://a.test/x?y=1.")).toEqual([
    { text: "see " },
    { text: "https://a.test/x?y=1", href: "https://a.test/x?y=1" },
    { text: "." },
  ]);
  for (const body of [
    "javascript:alert(1)",
    "data:text/html,x",
    "ftp://a.test",
    "http://",
    "https://%%%/",
    "www.a.test",
  ])
    expect(pieces(body)).toEqual([{ text: body }]);
});

test("a bracket belongs to the address if the address opened it", () => {
  expect(pieces("(https://a.test/M_(f))")[1]).toEqual({ text: "https://a.test/M_(f)", href: "https://a.test/M_(f)" });
  expect(pieces("(https://a.test)")[1]).toMatchObject({ text: "https://a.test" });
});

test("no text is lost or added", () => {
  for (const body of ["", "plain", "https://a.test", "a https://b.test, @carol! <b>x</b> https://", "@@ab @abc"])
    expect(
      pieces(body)
        .map(({ text }) => text)
        .join(""),
    ).toBe(body);
});

test("a mention is a whole word, in any case", () => {
  expect(mentions("hi @Alice!", "alice")).toBeTrue();
  expect(mentions("mail bob@alice.test", "alice")).toBeFalse();
  expect(mentions("@alice2", "alice")).toBeFalse();
});

test("a line's links are those that its entry has, with the host where it has one; the rest of it is text", () => {
  const links = [
    { from: 2, to: 13, href: "https://example.com/" },
    { from: 20, to: 25, href: "https://xn--x.com/", host: "xn--x.com" },
  ];
  expect(pieces("👍 example.com @bob, аррӏе https://b.test", undefined, links)).toEqual([
    { text: "👍 " },
    { text: "example.com", href: "https://example.com/" },
    { text: " " },
    { text: "@bob", mention: "bob" },
    { text: ", " },
    { text: "аррӏе", href: "https://xn--x.com/" },
    { text: " (xn--x.com)" },
    { text: " https://b.test" },
  ]);
  expect(pieces("see example.com", undefined, [])).toEqual([{ text: "see example.com" }]);
});
