import { expect, test } from "bun:test";
import fc from "fast-check";
import { concat } from "../../bytes.ts";
import { bitrateMax, fullIntraRequest, nack, pictureLoss, receiverReport, senderReports } from "./rtcp.ts";
import { hex, senderReport } from "./testing-publisher.ts";

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

test("sender reports are found in a compound, behind and before other packets", () => {
  const description = hex("81ca0002" + "00000001" + "01000000");
  const compound = concat(senderReport(7, 3_900_000_000_250, 4_000_000_000), description, senderReport(8, 1_500, 9));
  const [one, other] = senderReports(compound);
  expect(one).toMatchObject({ ssrc: 7, timestamp: 4_000_000_000 });
  expect(one!.ntpMs).toBeCloseTo(3_900_000_000_250, 2);
  expect(one!.ntpMiddle).toBe((((3_900_000_000 & 0xffff) << 16) | 0x4000) >>> 0);
  expect(other).toMatchObject({ ssrc: 8, timestamp: 9 });
});

test("what is cut off or of another version ends the reading", () => {
  const report = senderReport(7, 1_000, 2);
  expect(senderReports(report.subarray(0, 27))).toEqual([]);
  expect(senderReports(concat(hex("00c80000"), report))).toEqual([]);
  expect(senderReports(hex("80c80001" + "0000000000000000"))).toEqual([]);
});

test("a report of ours has a block for each stream", () => {
  const block = {
    ssrc: 2,
    fractionLost: 25,
    lost: -1,
    highest: 65_537,
    jitter: 3.4,
    lastReport: 5,
    sinceLastReport: 6,
  };
  expect(text(receiverReport(1, []))).toBe("80c90001" + "00000001");
  expect(text(receiverReport(1, [block]))).toBe(
    "81c90007" + "00000001" + "00000002" + "19ffffff" + "00010001" + "00000003" + "00000005" + "00000006",
  );
});

test("missing packets near each other share a word, over the turn of the numbers too", () => {
  expect(text(nack(1, 2, [65_534, 65_535, 14, 15]))).toBe(
    "81cd0004" + "00000001" + "00000002" + "fffe8001" + "000f0000",
  );
});

test("keyframes are asked for in two ways", () => {
  expect(text(pictureLoss(1, 2))).toBe("81ce0002" + "00000001" + "00000002");
  expect(text(fullIntraRequest(1, 2, 258))).toBe("84ce0004" + "00000001" + "00000000" + "00000002" + "02000000");
});

test("a bitrate is told with 18 bits and an exponent", () => {
  expect(text(bitrateMax(1, [2], 200_000))).toBe(
    "8fce0005" + "00000001" + "00000000" + "52454d42" + "01030d40" + "00000002",
  );
  const told = bitrateMax(1, [2], 8_000_000);
  const [exponent, mantissa] = [told[17]! >> 2, ((told[17]! & 3) << 16) | (told[18]! << 8) | told[19]!];
  expect(mantissa * 2 ** exponent).toBe(8_000_000);
});

test("no bytes make the reader throw", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => void senderReports(bytes)),
    { numRuns: 3_000 },
  );
});
