import { expect, test } from "bun:test";
import { RECENT_BYTES_MAX, recentFiles } from "./recent-files.ts";

const LAST_MS = Date.parse("Mon, 30 Nov 2026 10:57:31 GMT");
const file = (name: string, agoS = 0, size = 1_000) => ({
  ...{ name, type: "file", size },
  mtime: new Date(LAST_MS - agoS * 1_000).toUTCString(),
});

test("a stream's own files, oldest first, back to the time that is wanted", () => {
  const listed = [
    file("pub-1-1796036251.flv", 10),
    file("pub-1-1796036239.flv", 22),
    file("pub-1-1796036263.flv"),
    file("pub-12-1796036263.flv"),
    file("pub-1-2-1796036263.flv"),
    file("pub-1-1796036263.flv.part"),
    file("pub-1-.flv"),
    file("pub-1-1796036100.flv", 150),
  ];
  expect(recentFiles(listed, { name: "pub-1", sinceMs: LAST_MS - 30_000 })).toEqual([
    "pub-1-1796036239.flv",
    "pub-1-1796036251.flv",
    "pub-1-1796036263.flv",
  ]);
  expect(recentFiles(listed, { name: "pub-3", sinceMs: 0 })).toEqual([]);
});

test("the newest ones, as many as fit into memory", () => {
  const half = RECENT_BYTES_MAX / 2;
  const listed = [file("a-1.flv", 20, half), file("a-2.flv", 10, half), file("a-3.flv", 0, half)];
  expect(recentFiles(listed, { name: "a", sinceMs: 0 })).toEqual(["a-2.flv", "a-3.flv"]);
  expect(recentFiles([file("a-1.flv", 0, RECENT_BYTES_MAX + 1)], { name: "a", sinceMs: 0 })).toEqual([]);
});
