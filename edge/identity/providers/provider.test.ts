import { expect, test } from "bun:test";
import { emailIn, shortText } from "./provider.ts";

test("a provider's text becomes a name without invisible characters, cut between characters", () => {
  expect(shortText(" a\u0000b\u202ec ")).toBe("abc");
  expect(shortText("ab🦊", 3)).toBe("ab");
  expect(shortText("ab🦊", 4)).toBe("ab🦊");
  for (const half of ["\ud83d", "\udfff"]) expect(shortText(`a${half}b`)).toBe("ab");
  for (const other of [7, null, undefined, {}, ["a"]]) expect(shortText(other)).toBe("");
});

test("a provider's address that is not well-formed Unicode is none", () => {
  expect(emailIn("ada@example.org")).toBe("ada@example.org");
  for (const address of ["a\ud83d@example.org", "ada@\udfffexample.org", "ada@example.o\ud800rg"])
    expect(emailIn(address)).toBeNull();
});
