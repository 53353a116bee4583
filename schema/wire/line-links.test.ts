import { expect, test } from "bun:test";
import type { LineEntry } from "../api/chat.ts";
import { withLinks } from "./line-links.ts";

const user = { id: "u1", login: "ada", displayName: "Ada", color: "#000000", badges: [] };
const line = (body: string): LineEntry => ({ seq: 1, at: "", kind: "line", id: "1", user, body });

test("links stand in code points, with what they lead to, and with the host where the text looks like another one", () => {
  expect(withLinks(line("👍 see example.com/x, https://аррӏе.com/")).links).toEqual([
    { from: 6, to: 19, href: "https://example.com/x" },
    { from: 21, to: 39, href: "https://xn--80ak6aa92e.com/", host: "xn--80ak6aa92e.com" },
  ]);
});

test("a line without a link that is clickable stays as it is", () => {
  for (const body of ["hello", "readme.md", "javascript:alert(1)", "https://google.com@evil.example/"])
    expect(withLinks(line(body))).toEqual(line(body));
});
