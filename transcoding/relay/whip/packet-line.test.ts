import { expect, test } from "bun:test";
import fc from "fast-check";
import { HELD_MAX, type LineRules, MISSING_MAX, PATIENT_RULES, PacketLine, PICTURE_RULES } from "./packet-line.ts";
import type { RtpPacket } from "./rtp-packet.ts";

const packet = (number: number): RtpPacket => ({
  ...{ payloadType: 96, marker: false, timestamp: 0, ssrc: 1, payload: new Uint8Array(1) },
  sequence: number & 0xffff,
});

function line(rules: LineRules = PICTURE_RULES) {
  const out: string[] = [];
  const one = new PacketLine(rules, {
    packet: ({ sequence }, isAfterHole) => out.push(`${isAfterHole ? "|" : ""}${sequence}`),
  });
  const push = (...numbers: number[]) => {
    for (const number of numbers) one.push(packet(number), 0);
  };
  return { one, out, push };
}

test("what comes in order goes out at once, over the turn of the numbers too", () => {
  const { out, push } = line();
  push(65_534, 65_535, 65_536, 65_537);
  expect(out).toEqual(["65534", "65535", "0", "1"]);
});

test("what comes out of order, or twice, goes out in order, and once", () => {
  const { one, out, push } = line();
  push(5, 7, 8, 8, 6, 6, 5, 9);
  expect(out).toEqual(["5", "6", "7", "8", "9"]);
  expect([one.lost, one.recovered, one.isWaiting]).toEqual([0, 1, false]);
});

test("a missing packet is asked for 8 times, 50 ms apart, and given up then", () => {
  const { one, out, push } = line();
  push(1, 4);
  const asked: [number, number[]][] = [];
  for (let ms = 0; ms <= 500; ms += 10) {
    const due = one.due(ms);
    if (due.length > 0) asked.push([ms, due]);
  }
  expect(asked).toEqual([0, 50, 100, 150, 200, 250, 300, 350].map((ms) => [ms, [2, 3]]));
  expect(out).toEqual(["1", "|4"]);
  expect([one.lost, one.isWaiting]).toEqual([2, false]);
});

test("where nothing can be asked for, as for sound, a hole waits for 60 ms", () => {
  const { one, out, push } = line(PATIENT_RULES);
  push(1, 3);
  expect([one.due(59), out]).toEqual([[], ["1"]]);
  expect([one.due(60), out]).toEqual([[], ["1", "|3"]]);
});

test("more missing packets than can have been lost by chance are given up at once", () => {
  const { one, out, push } = line();
  push(0, MISSING_MAX + 2);
  expect(out).toEqual(["0", `|${MISSING_MAX + 2}`]);
  expect(one.lost).toBe(MISSING_MAX + 1);
});

test("no more is held behind a hole than the limit", () => {
  const { out, push } = line();
  push(0);
  for (let n = 2; n <= HELD_MAX + 2; n++) push(n);
  expect(out[1]).toBe("|2");
  expect(out.length).toBe(HELD_MAX + 2);
});

test("a sender that counts from elsewhere is followed once a second packet confirms it", () => {
  const { one, out, push } = line();
  push(10, 11, 30_000, 12);
  expect(out).toEqual(["10", "11", "12"]);
  push(40_000, 40_001, 40_002);
  expect(out.slice(3)).toEqual(["|40001", "40002"]);
  expect(one.isWaiting).toBe(false);
});

test("whatever comes: numbers only rise, nothing comes twice, all comes that was not lost, and it is bounded", () => {
  const arrivals = fc.record({
    start: fc.nat(65_535),
    lost: fc.uniqueArray(fc.nat(199), { maxLength: 60 }),
    moves: fc.array(fc.tuple(fc.nat(199), fc.integer({ min: 0, max: 20 })), { maxLength: 60 }),
    twice: fc.array(fc.nat(199), { maxLength: 30 }),
  });
  fc.assert(
    fc.property(arrivals, ({ start, lost, moves, twice }) => {
      const gone = new Set(lost.filter((n) => n > 0)); // The first says where the numbers begin.
      const late = new Map(moves.filter(([n]) => n > 0));
      const order = Array.from({ length: 200 }, (_, n) => ({ n, at: n + (late.get(n) ?? 0) }))
        .filter(({ n }) => !gone.has(n))
        .concat(twice.filter((n) => !gone.has(n)).map((n) => ({ n, at: n + 25 })))
        .sort((a, b) => a.at - b.at);
      const out: number[] = [];
      const one = new PacketLine(PICTURE_RULES, { packet: ({ sequence }) => out.push((sequence - start) & 0xffff) });
      for (const { n } of order) {
        one.push(packet(start + n), n);
        one.due(n);
      }
      for (let ms = 200; ms < 1_000; ms += 10) one.due(ms);
      const expected = Array.from({ length: 200 }, (_, n) => n).filter((n) => !gone.has(n));
      expect(out).toEqual(expected);
      expect(one.isWaiting).toBe(false);
    }),
  );
});

test("numbers at random neither throw nor come out in a wrong order before the sender counts anew", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(65_535), { maxLength: 300 }), (numbers) => {
      const one = new PacketLine(PICTURE_RULES, { packet: () => {} });
      numbers.forEach((number, ms) => {
        one.push(packet(number), ms);
        one.due(ms);
      });
    }),
  );
});
