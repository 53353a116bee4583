import { expect, test } from "bun:test";
import { hasLink } from "./links.ts";

test.each([
  ["go to example.com today", true],
  ["www.example.org", true],
  ["look at 4.cn/x", true],
  ["https://readme.md", true],
  ["HTTP://192.0.2.7/x", true],
  ["bücher.example", true],
  ["(example.com)", true],
  ["hello there", false],
  ["node.js and next.js", false],
  ["run setup.py, main.rs, build.sh, index.ts", false],
  ["wait...what, omg..why", false],
  ["since version 1.2.3.4", false],
  ["1.000.000 views, 3.14", false],
  ["mail user@example.com", false],
  ["localhost:3000", false],
  ["std::thread::join :D:D", false],
])("%s: %p", (body, expected) => {
  expect(hasLink(body)).toBe(expected);
});

test("a long line without a link takes no long time", () => {
  const startMs = performance.now();
  for (const piece of ["a.", "a-", "aaaa", "..", "-a"]) hasLink(piece.repeat(250));
  expect(performance.now() - startMs).toBeLessThan(200);
});
