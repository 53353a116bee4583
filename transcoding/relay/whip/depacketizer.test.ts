import { expect, test } from "bun:test";
import fc from "fast-check";
import { concat } from "../../bytes.ts";
import { H264Depacketizer, NAL, PICTURE_BYTES_MAX, PIECES_MAX } from "./depacketizer.ts";
import { furtherSlice, keyUnits, PPS, payloadsOf, SPS_720, slice, TestSender } from "./testing-publisher.ts";

function depacketizer() {
  const pictures: { timestamp: number; units: Uint8Array[] }[] = [];
  const told = { lost: 0 };
  const one = new H264Depacketizer({
    picture: (picture) => pictures.push(picture),
    lost: () => {
      told.lost++;
    },
  });
  const push = (payloads: readonly Uint8Array[], timestamp: number, { after = false, marks = true } = {}) =>
    payloads.forEach((payload, i) => {
      one.push({ timestamp, marker: marks && i === payloads.length - 1, payload }, after && i === 0);
    });
  return { one, pictures, told, push };
}
const inter = slice(NAL.slice, 500);

test("single packets, packets of several units and units in pieces make the same picture", () => {
  const units = keyUnits();
  for (const options of [{ size: 5_000 }, { size: 100 }, { size: 1_000, aggregates: false }, { size: 400 }]) {
    const { pictures, push } = depacketizer();
    push(payloadsOf(units, options), 90_000);
    expect(pictures).toEqual([{ timestamp: 90_000, units }]);
  }
});

test("parameter sets in packets of their own, and several slices: the marker alone ends the picture", () => {
  const { one, pictures, push } = depacketizer();
  one.push({ timestamp: 1, marker: false, payload: SPS_720 }, false);
  one.push({ timestamp: 1, marker: false, payload: PPS }, false);
  push([slice(NAL.idr, 900), furtherSlice(NAL.idr, 700), furtherSlice(NAL.idr, 600)], 1);
  expect(pictures.map(({ units }) => units.length)).toEqual([5]);
});

test("a sender without markers: another timestamp ends the picture", () => {
  const { pictures, push } = depacketizer();
  push(payloadsOf(keyUnits()), 1, { marks: false });
  push([inter], 2, { marks: false });
  push([inter], 3, { marks: false });
  expect(pictures.map(({ timestamp }) => timestamp)).toEqual([1, 2]);
});

test("a unit with the forbidden bit is left out, and the rest stays", () => {
  const { pictures, told, push } = depacketizer();
  const damaged = slice(NAL.sei, 20);
  damaged[0]! |= 0x80;
  push([SPS_720, PPS, damaged, slice(NAL.idr, 300)], 1);
  expect(pictures[0]?.units.length).toBe(3);
  expect(told.lost).toBe(0);
});

test("a hole breaks the picture before it; the next one is whole if it begins with its first macroblock", () => {
  const { pictures, told, push } = depacketizer();
  push(payloadsOf(keyUnits()), 1);
  push([inter], 2, { marks: false });
  push([inter], 3, { after: true });
  expect(pictures.map(({ timestamp }) => timestamp)).toEqual([1, 3]);
  expect(told.lost).toBeGreaterThan(0);
  push([furtherSlice(NAL.slice, 50)], 4, { after: true });
  push([inter], 5);
  expect(pictures.map(({ timestamp }) => timestamp)).toEqual([1, 3, 5]);
});

test("a picture whose middle is missing is lost, and the one behind it is not", () => {
  const { pictures, told, push } = depacketizer();
  const payloads = payloadsOf(keyUnits());
  push(payloads.slice(0, 2), 1, { marks: false });
  push(payloads.slice(3), 1, { after: true });
  expect([pictures.length, told.lost > 0]).toEqual([0, true]);
  push(payloads, 2);
  expect(pictures.length).toBe(1);
});

test("packets of mode 2, packets within packets and lengths that lie are lost pictures", () => {
  const aggregate = (...bytes: number[]) => Uint8Array.of(0x60 | NAL.stapA, ...bytes);
  const piece = Uint8Array.of(0x60 | NAL.fuA, 0xc0 | NAL.stapA, 1, 2);
  for (const payload of [
    ...[25, 26, 27, 29, 30, 31].map((type) => Uint8Array.of(0x60 | type, 1, 2, 3)),
    ...[aggregate(0), aggregate(0, 9, 1), aggregate(0, 2, 0x60 | NAL.stapA, 1), piece],
    ...[Uint8Array.of(0x60 | NAL.fuA), Uint8Array.of(0x60 | NAL.fuA, 1, 1), Uint8Array.of(0x60 | NAL.fuA, 0x40 | 1, 1)],
  ]) {
    const { pictures, told, push } = depacketizer();
    push([slice(NAL.idr, 50), payload], 1);
    expect([pictures.length, told.lost]).toEqual([0, 1]);
  }
});

test("empty packets, which measure the line, are nothing", () => {
  const { pictures, told, push } = depacketizer();
  push([new Uint8Array(0), inter, new Uint8Array(0)], 1);
  push([new Uint8Array(0)], 2);
  expect([pictures.length, told.lost]).toEqual([1, 0]);
});

test("a picture without an end takes no more memory than the limit", () => {
  const { one, pictures, told } = depacketizer();
  const begins = Uint8Array.of(0x60 | NAL.fuA, 0x80 | NAL.idr, 0x88);
  const goesOn = concat(Uint8Array.of(0x60 | NAL.fuA, NAL.idr), new Uint8Array(2_000));
  one.push({ timestamp: 1, marker: false, payload: begins }, false);
  for (let n = 0; n < 3_000; n++) {
    one.push({ timestamp: 1, marker: false, payload: goesOn }, false);
    expect(one.heldBytes).toBeLessThanOrEqual(PICTURE_BYTES_MAX);
  }
  one.push({ timestamp: 2, marker: false, payload: begins }, false);
  for (let n = 0; n < PIECES_MAX + 10; n++)
    one.push({ timestamp: 2, marker: false, payload: goesOn.subarray(0, 2) }, false);
  one.push({ timestamp: 2, marker: true, payload: Uint8Array.of(0x60 | NAL.fuA, 0x40 | NAL.idr) }, false);
  expect([pictures.length, told.lost]).toEqual([0, 2]);
});

test("any loss: each picture that comes out is one that was sent, whole", () => {
  const sizes = fc.array(fc.integer({ min: 2, max: 4_000 }), { minLength: 1, maxLength: 4 });
  const given = fc.record({
    pictures: fc.array(sizes, { minLength: 1, maxLength: 12 }),
    lost: fc.array(fc.nat(60), { maxLength: 8 }),
    size: fc.integer({ min: 60, max: 1_300 }),
    aggregates: fc.boolean(),
  });
  fc.assert(
    fc.property(given, ({ pictures: sent, lost, size, aggregates }) => {
      const sender = new TestSender({ payloadType: 96, ssrc: 1, size, aggregates });
      const pictures = sent.map((lengths, n) => ({
        timestamp: n * 3_000,
        units: lengths.map((length, i) => (i === 0 ? slice(NAL.slice, length, n) : furtherSlice(NAL.slice, length))),
      }));
      const packets = pictures.flatMap(({ units, timestamp }) => sender.picture(units, timestamp));
      const gone = new Set(lost);
      const { one, pictures: out } = depacketizer();
      const known = pictures.map((picture) => JSON.stringify(picture));
      let isAfterHole = false;
      packets.forEach((packet, i) => {
        if (gone.has(i)) isAfterHole = true;
        else {
          one.push(packet, isAfterHole);
          isAfterHole = false;
        }
      });
      const found = out.map((picture) => JSON.stringify(picture));
      for (const picture of found) expect(known).toContain(picture);
      if (![...gone].some((i) => i < packets.length)) expect(found).toEqual(known);
    }),
  );
});

test("no payload makes it throw", () => {
  const given = fc.array(
    fc.record({
      timestamp: fc.nat(3),
      marker: fc.boolean(),
      payload: fc.uint8Array({ maxLength: 40 }),
      isAfterHole: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(given, (packets) => {
      const { one } = depacketizer();
      for (const { isAfterHole, ...packet } of packets) one.push(packet, isAfterHole);
      expect(one.heldBytes).toBeLessThan(10_000);
    }),
    { numRuns: 2_000 },
  );
});
