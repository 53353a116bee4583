import { afterEach, expect, setSystemTime, test } from "bun:test";
import { isViewerName } from "#schema/wire/viewers.ts";
import { viewerName } from "./viewer-name.ts";

const page = globalThis as { localStorage?: unknown };
afterEach(() => {
  delete page.localStorage;
  setSystemTime();
});

function storage(kept = new Map<string, string>()) {
  page.localStorage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  };
  return kept;
}

test("all tabs of a browser have one name, for a day", () => {
  const kept = storage();
  const name = viewerName();
  expect(isViewerName(name)).toBe(true);
  // Another tab has written another name first.
  const other = "f".repeat(32);
  kept.set("viewer", JSON.stringify({ name: other, sinceMs: Date.now() }));
  expect(viewerName()).toBe(other);
  setSystemTime(Date.now() + 25 * 3_600_000);
  const next = viewerName();
  expect([next === name, next === other]).toEqual([false, false]);
  expect(kept.get("viewer")).toContain(next);
});

test("without storage, and with another value in it, a tab keeps a name of its own", () => {
  const name = viewerName();
  expect(isViewerName(name)).toBe(true);
  expect(viewerName()).toBe(name);
  for (const value of ["{", "null", '{"name":"../x","sinceMs":0}', "7"]) {
    storage(new Map([["viewer", value]]));
    expect(isViewerName(viewerName())).toBe(true);
  }
});
