import { expect, test } from "bun:test";
import { channelsCursor } from "../../channels/list.ts";
import { idCursor, loginCursor, numberField, orNull, pageCursor } from "./page-cursor.ts";

const id = "0197a3c4-5d6e-7f80-9a1b-2c3d4e5f6071";
const base64 = (text: string) => Buffer.from(text).toString("base64url");

test("a written cursor is read back, and no cursor is null", () => {
  const last = { sort: "viewers", viewers: 12, id } as const;
  expect(channelsCursor.read(channelsCursor.write(last))).toEqual(last);
  expect(idCursor.read(idCursor.write({ id }))).toEqual({ id });
  const range = pageCursor({ after: orNull(numberField), before: orNull(numberField) });
  for (const one of [
    { after: 5, before: null },
    { after: null, before: 7 },
    { after: 0, before: 7 },
  ])
    expect(range.read(range.write(one))).toEqual(one);
  for (const none of ["", null, undefined]) expect(loginCursor.read(none)).toBeNull();
});

test("only the cursor's fields of a row are written", () => {
  const row = { id, secret: "s" };
  expect(idCursor.write(row)).toBe(base64(`0.${id}`));
});

test("the format stays the same across versions", () => {
  expect(channelsCursor.write({ sort: "recent", viewers: 0, id })).toBe(base64(`recent.0.${id}`));
  expect(loginCursor.write({ login: "ada" })).toBe(base64("ada"));
});

test("a malformed cursor is refused", () => {
  for (const text of [
    "garbage",
    id,
    `1.${id}`,
    `0.${id}.`,
    `0.${id}\n`,
    `0.${id.toUpperCase()}`,
    "0.",
    `0.0.${id}`,
    `\u{1F600}.${id}`,
  ])
    expect(() => idCursor.read(base64(text)), text).toThrow("validation_failed");
  for (const cursor of ["%00", "..", id]) expect(() => idCursor.read(cursor), cursor).toThrow("validation_failed");
  expect(() => channelsCursor.read(base64(`oldest.0.${id}`))).toThrow("validation_failed");
  expect(() => channelsCursor.read(idCursor.write({ id }))).toThrow("validation_failed");
});
