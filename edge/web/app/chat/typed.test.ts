// Lines and commands, as people type them.

import { expect, test } from "bun:test";
import { readTyped } from "./typed.ts";

test.each([
  "hello",
  "  hello /ban bob",
  "and/or",
  "／ban bob",
  "/me waves",
  "/ME waves",
  "/me\u2028waves",
  "/me /ban bob",
])("%j is a line", (text) => expect(readTyped(text)).toEqual({ kind: "line", text }));

test.each(["/ban bob", "  /timeout bob 10", "/meshouts", "/etc/hosts is empty", "/", "/me", "/me \n", "/10 again"])(
  "%j is a command, also where there is none of that name",
  (text) => expect(readTyped(text)).toEqual({ kind: "command", text }),
);

test("two slashes begin a line with one, unless the room would take it for an action", () => {
  expect(readTyped("//etc/hosts is empty")).toEqual({ kind: "line", text: "/etc/hosts is empty" });
  expect(readTyped(" //ban is a command ")).toEqual({ kind: "line", text: "/ban is a command" });
  expect(readTyped("//me waves")).toEqual({ kind: "line", text: "//me waves" });
});
