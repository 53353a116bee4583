import { expect, test } from "bun:test";
import { admit } from "./admit.ts";

const user = { id: "u1", login: "ada", displayName: "Ada", color: "#aa0000", badges: [] };
const say = (body: string, more: { nonce?: string; replyTo?: string } = {}) =>
  admit({ user, nonce: "n1", body, ...more }, 7);
const code = (...args: Parameters<typeof say>) => {
  const admission = say(...args);
  return admission.ok ? "ok" : admission.code;
};

test("a line is trimmed and keeps its time", () => {
  expect(say("  hello\tthere \n".replace("\t", " "))).toEqual({
    ok: true,
    line: {
      ...{ user, nonce: "n1", body: "hello there", action: false, replyTo: null, atMs: 7, speaking: null },
      tokens: { emotes: [], logins: [] },
    },
  });
});

test("500 code points are allowed, 501 are not, however many bytes they have", () => {
  expect(code("a".repeat(500))).toBe("ok");
  expect(code("🦊".repeat(500))).toBe("ok");
  expect(code("a".repeat(501))).toBe("too_long");
  expect(code("🦊".repeat(501))).toBe("too_long");
  expect(code(`  ${"a".repeat(500)}  `)).toBe("ok");
});

test("an empty body, control characters and lone surrogates are refused", () => {
  for (const body of [
    "",
    "   ",
    "\n",
    "a\nb",
    "a\u0000b",
    "a\u001bb",
    "a\u007fb",
    "a\u0085b",
    "a\u2028b",
    "a\u2029b",
    "\ud800",
  ])
    expect(code(body)).toBe("invalid_body");
});

test("a line in which nothing is visible is refused, also as an action", () => {
  for (const blank of ["\u200b", "\u3164", "\u2800", "\u00ad\u2060", "\u200d\ufe0f", "\u{e0020}", " \u3000\u200e "])
    expect([code(blank), code(`/me ${blank}`)]).toEqual(["invalid_body", "invalid_body"]);
  for (const seen of ["👩‍👩‍👧", "❤️", "می‌خواهم", "\u200b."]) expect(code(seen)).toBe("ok");
});

test("/me makes an action of the text after it", () => {
  expect(say("/me waves")).toMatchObject({ line: { body: "waves", action: true } });
  expect(say("/ME dances")).toMatchObject({ line: { body: "dances", action: true } });
  expect(say("/me")).toMatchObject({ line: { body: "/me", action: false } });
  expect(say("/mean it")).toMatchObject({ line: { body: "/mean it", action: false } });
});

test("a nonce has 1 to 64 characters of well-formed Unicode, and a reply names a line's id", () => {
  expect(code("a", { nonce: "" })).toBe("invalid_body");
  expect(code("a", { nonce: "x".repeat(64) })).toBe("ok");
  for (const nonce of ["x".repeat(65), "\ud800", "\udc00", "a\udbff", "\ude00\ud83d", "a\nb"])
    expect(code("a", { nonce })).toBe("invalid_body");
  expect(code("a", { nonce: "🦊" })).toBe("ok");
  expect(code("a", { replyTo: "'; DROP TABLE" })).toBe("invalid_body");
  expect(code("a", { replyTo: "019aa000-0000-7000-8000-000000000001" })).toBe("ok");
});
