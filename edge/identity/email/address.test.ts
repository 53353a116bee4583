import { expect, test } from "bun:test";
import fc from "fast-check";
import { foldedAddress, spellingsOf } from "./address.ts";

test("an address is one, however its host is spelt", () => {
  const ascii = "ada@xn--bcher-kva.example";
  for (const typed of [
    ascii,
    "ada@bücher.example",
    "ADA@BÜCHER.Example",
    "ada@bu\u0308cher.example",
    "Ada@XN--BCHER-KVA.EXAMPLE",
    "ada@bücher。example",
  ])
    expect([typed, foldedAddress(typed)]).toEqual([typed, ascii]);
  expect(foldedAddress("ada@mail.例え.jp")).toBe("ada@mail.xn--r8jz45g.jp");
  expect(foldedAddress("ada@faß.example")).not.toBe(foldedAddress("ada@fass.example"));
});

test("the part before the host keeps its letters, and other names are only folded", () => {
  expect(foldedAddress("Jürgen@Example.org")).toBe("jürgen@example.org");
  expect(foldedAddress("Cafe\u0301@example.org")).toBe("café@example.org");
  for (const same of ["ada", "ada@127.1", "ada@1.2.3", "ada@a_b.example", "@", "a@b@c"])
    expect(foldedAddress(same)).toBe(same);
  // No host name: it stays, and no account has it.
  expect(foldedAddress("ada@xn--ü.example")).toBe("ada@xn--ü.example");
});

test("accounts of older versions are found by the letters of their host", () => {
  for (const typed of ["ada@bücher.example", "ada@xn--bcher-kva.example"])
    expect(spellingsOf(typed)).toEqual(["ada@xn--bcher-kva.example", "ada@bücher.example"]);
  expect(spellingsOf("Ada@example.org")).toEqual(["ada@example.org"]);
  expect(spellingsOf("Ada")).toEqual(["ada"]);
});

test("folding twice changes nothing, and each spelling folds to the first", () => {
  const host = fc.array(fc.stringMatching(/^[a-zäöüßçéñø例え]{1,9}$/), { minLength: 2, maxLength: 3 });
  fc.assert(
    fc.property(fc.stringMatching(/^[a-zé.+]{1,9}$/), host, (name, labels) => {
      const [first, ...others] = spellingsOf(`${name}@${labels.join(".")}`);
      return foldedAddress(first!) === first && others.every((other) => foldedAddress(other) === first);
    }),
  );
});
