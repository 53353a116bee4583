import { expect, test } from "bun:test";
import fc from "fast-check";
import { Refusal } from "#runtime/actor/actor.ts";
import { authenticate, tokenIn } from "./bearer.ts";

const read = (authorization: string) => {
  let seen = null as string | null;
  const verify = (token: string) => {
    seen = token;
    return "bad" as const;
  };
  const parts = { tokens: { verify, revokedUserOf: () => null }, suspensionOf: () => null };
  expect(() => authenticate(new Request("http://x", { headers: { authorization } }), parts)).toThrow(Refusal);
  return seen;
};

test.each([
  ["Bearer abc", "abc"],
  ["bearer   abc", "abc"],
  ["Bearer\tabc", "abc"],
  ["Bearer Bearer abc", "abc"],
  ["Bearer  bearer abc  ", "abc"],
  ["Basic abc", null],
  ["abc", null],
  ["Bearer", null],
  ["Bearerabc", null],
])("the header %j has the token %j", (header, token) => {
  expect(read(header)).toBe(token);
});

test("a token is found with blanks and `Bearer` before it, and a token alone stays as it is", () => {
  for (const text of ["t", " t", "t\n", "\u00a0t\u00a0", "Bearer t", " bearer \t t \r\n"])
    expect(tokenIn(text)).toBe("t");
  const token = fc.stringMatching(/^[A-Za-z0-9._-]{1,60}$/);
  fc.assert(fc.property(token, (text) => tokenIn(text) === text && tokenIn(` Bearer  ${text}\n`) === text));
});

test("a long text of schemes is read in no time", () => {
  const startMs = performance.now();
  tokenIn("Bearer ".repeat(10_000));
  expect(performance.now() - startMs).toBeLessThan(1_000);
});
