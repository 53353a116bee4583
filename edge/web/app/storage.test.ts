// Values that the browser keeps.

import { afterEach, expect, test } from "bun:test";
import { keep, kept } from "./storage.ts";
import { storageWith, withoutStorage } from "./testing-storage.ts";

afterEach(withoutStorage);

test.each(["localStorage", "sessionStorage"] as const)("a value in the %s is there until it is removed", (place) => {
  const held = storageWith(place);
  keep("look", { theme: "dark" }, place);
  expect(kept("look", place)).toEqual({ theme: "dark" });
  expect(kept("other", place)).toBeNull();
  keep("look", null, place);
  expect([kept("look", place), held.size]).toEqual([null, 0]);
});

test("no JSON, no storage, and a storage that refuses are nothing that is kept", () => {
  storageWith("localStorage", { look: "{" });
  expect(kept("look")).toBeNull();
  withoutStorage();
  keep("look", { theme: "dark" });
  expect(kept("look")).toBeNull();
  const refuses = () => {
    throw new DOMException("denied", "SecurityError");
  };
  Object.assign(globalThis, { localStorage: { getItem: refuses, setItem: refuses, removeItem: refuses } });
  keep("look", { theme: "dark" });
  keep("look", null);
  expect(kept("look")).toBeNull();
});
