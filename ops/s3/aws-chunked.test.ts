import { expect, test } from "bun:test";
import fc from "fast-check";
import { AwsChunked } from "./aws-chunked.ts";
import { S3Error } from "./s3-error.ts";

const encode = (chunks: Uint8Array[], trailers: string[] = []) =>
  Buffer.concat([
    ...chunks
      .filter(({ length }) => length > 0)
      .flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n")]),
    Buffer.from(`0\r\n${trailers.map((line) => `${line}\r\n`).join("")}\r\n`),
  ]);

/** Pushes the bytes in pieces that end at these shares. */
function decode(bytes: Uint8Array, cuts: number[]) {
  const decoder = new AwsChunked();
  const at = [0, ...cuts.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b), bytes.length];
  const pieces = at.slice(1).flatMap((end, index) => [...decoder.push(bytes.subarray(at[index], end))]);
  return { decoder, payload: Buffer.concat(pieces) };
}

const chunks = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 });
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

test("the payload is the same however the bytes arrive", () => {
  fc.assert(
    fc.property(chunks, cuts, (given, where) => {
      const { decoder, payload } = decode(encode(given, ["x-amz-checksum-crc32: AAAAAA=="]), where);
      expect(Buffer.compare(payload, Buffer.concat(given))).toBe(0);
      expect(decoder.ended).toBe(true);
      expect(decoder.trailers).toEqual({ "x-amz-checksum-crc32": "AAAAAA==" });
    }),
  );
});

test("bytes that break off anywhere never look whole", () => {
  fc.assert(
    fc.property(chunks, fc.nat({ max: 2_000 }), (given, length) => {
      const whole = encode(given);
      const { decoder } = decode(whole.subarray(0, length % whole.length), []);
      expect(decoder.ended).toBe(false);
    }),
  );
});

test("any bytes are decoded or refused, and nothing else", () => {
  const piece = fc.constantFrom(
    "5\r\n",
    "0\r\n",
    "\r\n",
    "hello",
    "a:b\r\n",
    "\n",
    "zz\r\n",
    "ffffffffff\r\n",
    ";x=1\r\n",
  );
  const input = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(piece, { maxLength: 12 }).map((pieces) => new Uint8Array(Buffer.from(pieces.join("")))),
  );
  fc.assert(
    fc.property(input, cuts, (bytes, where) => {
      try {
        expect(decode(bytes, where).payload.length).toBeLessThanOrEqual(bytes.length);
      } catch (error) {
        if (!(error instanceof S3Error)) throw error;
        expect(error.code).toBe("IncompleteBody");
      }
    }),
    { numRuns: 1_000 },
  );
});

test("what is longer than its limits is refused", () => {
  const push = (text: string) => () => [...new AwsChunked().push(Buffer.from(text))];
  expect(push(`5;${"x".repeat(2_000)}`)).toThrow("too long");
  expect(push(`0\r\n${Array.from({ length: 20 }, (_, n) => `x${n}:y\r\n`).join("")}`)).toThrow("trailer");
  expect(push("0\r\n\r\nmore")).not.toThrow();
  expect(push("0\r\n\r\nmore\r\n")).toThrow("follows");
  expect(push("2\r\nabc\r\n")).toThrow("longer");
});
