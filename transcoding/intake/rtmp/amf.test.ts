import { expect, test } from "bun:test";
import fc from "fast-check";
import { concat } from "../../bytes.ts";
import { AMF_DEPTH_MAX, type AmfValue, readAmf, writeAmf } from "./amf.ts";
import { RtmpError } from "./message.ts";

const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

test("what is written is read back", () => {
  const { value } = fc.letrec<{ value: AmfValue; object: { [name: string]: AmfValue } }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
      fc.string({ unit: "grapheme" }),
      tie("object"),
    ),
    object: fc.dictionary(
      fc.string({ minLength: 1 }).filter((name) => name !== "__proto__"),
      tie("value"),
      { maxKeys: 4 },
    ),
  }));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 5 }), (values) => {
      expect(plain(readAmf(concat(...values.map(writeAmf))))).toEqual(plain(values));
    }),
  );
});

test("an ECMA array with a false count, a strict array, a date and a long string are read", () => {
  const width = "0005" + "7769647468" + "00" + "4094000000000000";
  const hex = [
    "02" + "000a" + "6f6e4d65746144617461", // "onMetaData"
    `08${"00000063"}${width}000009`, // { width: 1280 }, said to have 99 members.
    "0a" + "00000002" + "00" + "0000000000000000" + "05", // [0, null]
    "0b" + "42779c2d5e000000" + "0000",
    "0c" + "00000002" + "6869", // "hi"
  ];
  const bytes = Buffer.from(hex.join(""), "hex");
  const [name, meta, list, date, text] = readAmf(bytes);
  expect(plain([name, meta, list, text])).toEqual(["onMetaData", { width: 1280 }, [0, null], "hi"]);
  expect(date).toBeInstanceOf(Date);
});

test("no bytes make the reader throw anything but RtmpError", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        readAmf(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(RtmpError);
      }
    }),
    { numRuns: 1_000 },
  );
});

test("depth and number of values are limited", () => {
  let deep: AmfValue = null;
  for (let i = 0; i < AMF_DEPTH_MAX; i++) deep = { a: deep };
  expect(() => readAmf(writeAmf(deep))).not.toThrow();
  expect(() => readAmf(writeAmf({ a: deep }))).toThrow("nested too deeply");
  expect(() => readAmf(new Uint8Array(1_001).fill(5))).toThrow("too many AMF values");
  expect(() => readAmf(Uint8Array.of(10, 255, 255, 255, 255, ...new Uint8Array(2_000).fill(5)))).toThrow("too many");
});

test("a member called __proto__ is a member", () => {
  const [value] = readAmf(concat(Uint8Array.of(3, 0, 9), Buffer.from("__proto__"), Uint8Array.of(5, 0, 0, 9)));
  expect(Object.keys(value as object)).toEqual(["__proto__"]);
});

test("a text in Latin-1 is read as such, so that no character is replaced", () => {
  const bytes = Uint8Array.of(0x02, 0, 4, 0x4f, 0xe9, 0x42, 0xff);
  expect(readAmf(bytes)).toEqual(["O\u00e9B\u00ff"]);
});
