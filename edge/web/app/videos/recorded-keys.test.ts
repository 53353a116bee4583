// Keys of videos.

import { expect, test } from "bun:test";
import { nextRate, RATES, recordedKey } from "./recorded-keys.ts";

const pressed = (key: string, over = {}) => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, defaultPrevented: false, target: null },
  ...over,
});

test("digits, speeds and single pictures have keys; others, and where one writes, have none", () => {
  expect(recordedKey(pressed("0"))).toEqual({ kind: "tenth", tenth: 0 });
  expect(recordedKey(pressed("9"))).toEqual({ kind: "tenth", tenth: 9 });
  expect([recordedKey(pressed("<")), recordedKey(pressed(">"))]).toEqual([{ kind: "slower" }, { kind: "faster" }]);
  expect(recordedKey(pressed("."))).toEqual({ kind: "picture", by: 1 });
  for (const key of ["x", "F5", "10"]) expect(recordedKey(pressed(key))).toBeNull();
  expect(recordedKey(pressed("5", { ctrlKey: true }))).toBeNull();
  const target = { closest: (selector: string) => (selector.includes("input") ? {} : null) };
  expect(recordedKey(pressed("5", { target }))).toBeNull();
});

test("the speed goes by steps, and stays at its ends", () => {
  expect([nextRate(1, 1), nextRate(1, -1), nextRate(0.5, -1), nextRate(2, 1), nextRate(1.1, 1)]).toEqual([
    1.25, 0.75, 0.5, 2, 1.25,
  ]);
  expect(RATES).toContain(1);
});
