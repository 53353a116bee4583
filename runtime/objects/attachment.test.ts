// Names in Content-Disposition: read back as a client reads them.

import { expect, test } from "bun:test";
import fc from "fast-check";
import { attachment } from "./attachment.ts";

const HEADER = /^attachment; filename="([ !#-[\]-~]*)"; filename\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})*)$/;
const read = (fileName: string) => {
  const [, plain, escaped] = HEADER.exec(attachment(fileName))!;
  return { plain, name: decodeURIComponent(escaped!) };
};

test("a name of any letters is sent plainly and escaped", () => {
  expect(attachment("Straße (1).mp4")).toBe(
    `attachment; filename="Stra_e (1).mp4"; filename*=UTF-8''Stra%C3%9Fe%20%281%29.mp4`,
  );
});

test("the escaped name has every character that a title can have", () => {
  for (const name of ['5" x 7", 100% it\'s; v2*.mp4', "a:b|c<d>e?.mp4", "日本 🎬.mp4", "-vf.mp4", "CON.mp4", ".."])
    expect(read(name).name).toBe(name);
  expect(read('a:b|c<d>e?"%*.mp4').plain).toBe("a_b_c_d_e____.mp4");
  expect(read("🎬.mp4").plain).toBe("_.mp4");
});

test("nothing ends the header, and no name is a path", () => {
  expect(read('a"b\r\nx: y/../\u0000.mp4')).toEqual({ plain: "a_b__x_ y_..__.mp4", name: 'a"b__x: y_..__.mp4' });
  expect(read("..\\..\\windows\\x.mp4").name).toBe(".._.._windows_x.mp4");
  expect(read("\ud800.mp4").name).toBe("\ufffd.mp4");
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (name) => {
      expect(HEADER.test(attachment(name))).toBe(true);
      expect(/[\p{Cc}/\\]/u.test(read(name).name)).toBe(false);
    }),
  );
});
