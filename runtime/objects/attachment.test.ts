import { expect, test } from "bun:test";
import { attachment } from "./attachment.ts";

test("a name of any letters is sent plainly and escaped, and cannot end the header", () => {
  expect(attachment("Straße (1).mp4")).toBe(
    `attachment; filename="Stra_e (1).mp4"; filename*=UTF-8''Stra%C3%9Fe%20%281%29.mp4`,
  );
  const hostile = attachment('a"b\r\nx: y/../\u0000.mp4');
  expect(hostile).toStartWith(`attachment; filename="a_b__x_ y_.._`);
  expect(hostile).not.toMatch(/[\r\n/]/);
  expect(attachment("\ud800.mp4")).toContain("filename*=UTF-8''%EF%BF%BD.mp4");
});
