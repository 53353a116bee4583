import { expect, test } from "bun:test";
import { isLogin, isUuid, madeAtMs } from "./ids.ts";

test("a UUID is 36 lower-case characters with hyphens in their places", () => {
  expect(isUuid("0197a3c4-5d6e-7f80-9a1b-2c3d4e5f6071")).toBe(true);
  for (const odd of [
    "",
    "0197A3C4-5d6e-7f80-9a1b-2c3d4e5f6071",
    "0197a3c45d6e7f809a1b2c3d4e5f6071",
    "0197a3c4-5d6e-7f80-9a1b-2c3d4e5f6071\n",
    " 0197a3c4-5d6e-7f80-9a1b-2c3d4e5f6071",
    "0197a3c4-5d6e-7f80-9a1b-2c3d4e5f607g",
    "------------------------------------",
  ])
    expect(isUuid(odd)).toBe(false);
});

test("a login is 3 to 25 letters, digits and underscores, in any letter case", () => {
  for (const login of ["ada", "Ada_99", "a".repeat(25)]) expect(isLogin(login)).toBe(true);
  for (const odd of ["", "ab", "a".repeat(26), "a b", "ädä", "\u212aate", "ada\n", "a-b", "a.b"])
    expect(isLogin(odd)).toBe(false);
});

test("a UUIDv7 says when it was made; others do not", () => {
  // The example of RFC 9562, appendix A.6.
  expect(madeAtMs("017f22e2-79b0-7cc3-98c4-dc0c0c07398f")).toBe(Date.parse("2022-02-22T19:22:22.000Z"));
  for (const odd of ["919108f7-52d1-4320-9bac-f847db4148a8", "00000000-0000-0000-0000-000000000000", "me"])
    expect(madeAtMs(odd)).toBeNull();
});
