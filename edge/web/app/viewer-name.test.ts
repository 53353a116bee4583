import { afterEach, expect, setSystemTime, test } from "bun:test";
import { isViewerName } from "#schema/wire/viewers.ts";
import { storageWith, withoutStorage } from "./testing-storage.ts";
import { viewerName } from "./viewer-name.ts";

afterEach(() => {
  withoutStorage();
  setSystemTime();
});

test("all tabs of a browser have one name, for a day", () => {
  const held = storageWith("localStorage");
  const name = viewerName();
  expect(isViewerName(name)).toBe(true);
  // Another tab has written another name first.
  const other = "f".repeat(32);
  held.set("viewer", JSON.stringify({ name: other, sinceMs: Date.now() }));
  expect(viewerName()).toBe(other);
  setSystemTime(Date.now() + 25 * 3_600_000);
  const next = viewerName();
  expect([next === name, next === other]).toEqual([false, false]);
  expect(held.get("viewer")).toContain(next);
});

test("without storage, and with another value in it, a tab keeps a name of its own", () => {
  const name = viewerName();
  expect(isViewerName(name)).toBe(true);
  expect(viewerName()).toBe(name);
  for (const value of ["{", "null", '{"name":"../x","sinceMs":0}', "7"]) {
    storageWith("localStorage", { viewer: value });
    expect(isViewerName(viewerName())).toBe(true);
  }
});
