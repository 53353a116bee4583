import { expect, test } from "bun:test";
import fc from "fast-check";
import { S3Error } from "./s3-error.ts";
import { leaf, parseXml, textOf, textsOf } from "./xml.ts";

test("a document is read with its declaration, prefixes, attributes and references", () => {
  const document = parseXml(
    `<?xml version="1.0"?>\n<s3:Delete xmlns:s3="x"><Object><Key>a&amp;b&#x1F98A;&#60;</Key></Object><Quiet/></s3:Delete>\n`,
  );
  expect(document.name).toBe("Delete");
  expect(textOf(document.elements[0]!, "Key")).toBe("a&b🦊<");
  expect(textsOf(document, "Quiet")).toEqual([""]);
  expect(textOf(document, "Other")).toBeUndefined();
});

test("what is no document of elements is refused", () => {
  for (const wrong of [
    "",
    "text",
    "<a>",
    "<a></b>",
    "</a>",
    "<a></a><b></b>",
    "<a>&other;</a>",
    "<a>&lt</a>",
    "<a>&#x110000;</a>",
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    "<a><!-- x --></a>",
    "<a".repeat(3),
    `${"<a>".repeat(20)}${"</a>".repeat(20)}`,
  ])
    expect(() => parseXml(wrong), wrong).toThrow(S3Error);
});

test("every text of a key survives being written and read", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      expect(parseXml(leaf("Key", text)).text).toBe(text);
    }),
  );
});

test("any bytes are read or refused, and nothing else", () => {
  const piece = fc.constantFrom("<a>", "</a>", "<b/>", "&amp;", "&", "x", "<", ">", "<?x?>", "<!", "]]>", "&#1;");
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.array(piece, { maxLength: 30 })), (input) => {
      try {
        parseXml(typeof input === "string" ? input : input.join(""));
      } catch (error) {
        expect(error).toBeInstanceOf(S3Error);
      }
    }),
    { numRuns: 1_000 },
  );
});
