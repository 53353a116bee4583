// Names of files as titles.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { storedFileName, TITLE_LENGTH_MAX, titleOfFile } from "./upload-name.ts";

test("a title is the name without folders, extension, line breaks, controls and reordering", () => {
  const names: [string, string][] = [
    ["Füße & Ähren – 日本 🎬.mp4", "Füße & Ähren – 日本 🎬"],
    ["Fu\u0308\u00dfe.mp4", "Füße"],
    ['5" x 7" (final), it\'s 100% ok; v2.mp4', '5" x 7" (final), it\'s 100% ok; v2'],
    ["a\r\nX-Injected: 1\r\n.mp4", "a X-Injected: 1"],
    ["../../../../etc/passwd", "passwd"],
    ["..\\..\\windows\\x.mp4", "x"],
    ["-vf.mp4", "-vf"],
    ["a:b.mp4", "a:b"],
    ["img%03d.png", "img%03d"],
    ["concat:x.ts|y.ts", "concat:x.ts|y.ts"],
    ["gpj.4pm\u202e\u202dx.mp4", "gpj.4pmx"],
    ["a\u0000.mp4", "a"],
    ["\ud800.mp4", "\ufffd"],
    ["<img src=x onerror=alert(1)>.mp4", "<img src=x onerror=alert(1)>"],
    ["CON.mp4", "CON"],
  ];
  for (const [name, title] of names) expect(titleOfFile(name)).toBe(title);
});

test("a name that shows nothing is Untitled", () => {
  for (const name of ["", ".mp4", "   .mp4", "\u200b\u2800.mov", "folder/"]) expect(titleOfFile(name)).toBe("Untitled");
});

test("a long name is cut between characters as people see them", () => {
  expect(titleOfFile(`${"ä".repeat(300)}.mp4`)).toBe("ä".repeat(TITLE_LENGTH_MAX));
  const family = "👩‍👩‍👧‍👦";
  expect(titleOfFile(`${family.repeat(50)}.mp4`)).toBe(family.repeat(Math.floor(TITLE_LENGTH_MAX / 7)));
});

test("whatever a name has, its title and what is stored of it can be stored, on one line", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 2_000 }), (name) => {
      for (const text of [titleOfFile(name), storedFileName(name)]) {
        expect(text.isWellFormed()).toBe(true);
        expect(/\p{Cc}/u.test(text)).toBe(false);
      }
      expect([...titleOfFile(name)].length).toBeLessThanOrEqual(TITLE_LENGTH_MAX);
    }),
  );
});
