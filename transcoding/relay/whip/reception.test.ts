import { expect, test } from "bun:test";
import { Reception } from "./reception.ts";

const at = (sequence: number, timestamp = sequence * 3_000) => ({ sequence: sequence & 0xffff, timestamp });

test("what is lost is told as share since the last report, and in total; the number turns", () => {
  const stream = new Reception(9, 90);
  expect(stream.block(0)).toBeNull();
  for (const n of [65_530, 65_531, 65_533, 65_534, 65_535, 65_536, 65_537, 65_539]) stream.packet(at(n), 0);
  expect(stream.block(0)).toMatchObject({
    ssrc: 9,
    fractionLost: Math.floor((2 * 256) / 10),
    lost: 2,
    highest: 65_539,
  });
  for (const n of [65_540, 65_541]) stream.packet(at(n), 0);
  expect(stream.block(0)).toMatchObject({ fractionLost: 0, lost: 2 });
  // A copy that came twice makes more than was expected.
  for (const n of [65_541, 65_541, 65_541, 65_542]) stream.packet(at(n), 0);
  expect(stream.block(0)).toMatchObject({ fractionLost: 0, lost: -1 });
});

test("jitter follows arrivals that vary, and not a sender that counts from elsewhere", () => {
  const even = new Reception(1, 90);
  for (let n = 0; n < 100; n++) even.packet(at(n, n * 3_000), n * (1_000 / 30));
  expect(even.block(0)!.jitter).toBeLessThan(1);
  const uneven = new Reception(1, 90);
  for (let n = 0; n < 200; n++) uneven.packet(at(n, n * 3_000), n * (1_000 / 30) + (n % 2) * 10);
  expect(uneven.block(0)!.jitter).toBeCloseTo(900, -1);
  even.packet(at(100, 2 ** 31), 3_400);
  expect(even.block(0)!.jitter).toBeLessThan(1);
});

test("the sender's own report is said back, with the time since then", () => {
  const stream = new Reception(1, 90);
  stream.packet(at(1), 0);
  expect(stream.block(0)).toMatchObject({ lastReport: 0, sinceLastReport: 0 });
  stream.reported({ ssrc: 1, ntpMs: 0, ntpMiddle: 77, timestamp: 0 }, 1_000);
  expect(stream.block(1_500)).toMatchObject({ lastReport: 77, sinceLastReport: 32_768 });
});
