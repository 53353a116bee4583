import { expect, test } from "bun:test";
import fc from "fast-check";
import { RECORD, RECORD_BYTES_MAX, RecordReader, recordHead, recordsFrame } from "./live-stream.ts";

const record = fc.record({
  kind: fc.constantFrom(...Object.values(RECORD)),
  key: fc.boolean(),
  part: fc.integer({ min: 0, max: 0xffff }),
  number: fc.integer({ min: 0, max: 0xffffffff }),
  bytes: fc.uint8Array({ maxLength: 40 }),
});

test("records are read as they were written, however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(record, { maxLength: 8 }), fc.array(fc.integer({ min: 1, max: 30 })), (records, cuts) => {
      const frame = recordsFrame(records);
      const reader = new RecordReader();
      const read = [];
      let at = 0;
      for (let i = 0; at < frame.length; i++) {
        const to = Math.min(frame.length, at + (cuts[i % Math.max(1, cuts.length)] ?? 7));
        read.push(...reader.push(frame.slice(at, to)));
        at = to;
      }
      expect(read.map((one) => ({ ...one, bytes: [...one.bytes] }))).toEqual(
        records.map((one) => ({ ...one, bytes: [...one.bytes] })),
      );
    }),
  );
});

test("a record that claims too many bytes is refused before they are here", () => {
  const head = recordHead({ kind: 2, key: false, part: 0, number: 1, bytes: new Uint8Array(0) });
  new DataView(head.buffer).setUint32(8, RECORD_BYTES_MAX + 1);
  expect(() => new RecordReader().push(head)).toThrow(RangeError);
});
