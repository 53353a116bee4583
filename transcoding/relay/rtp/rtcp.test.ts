import { expect, test } from "bun:test";
import fc from "fast-check";
import { readRtcp, roundTripMs, senderReport } from "./rtcp.ts";

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(/[\s|]/g, ""), "hex"));

test("a compound of reports, requests and an estimate, as Chromium sends it", () => {
  const facts = readRtcp(
    hex(`81c90007 00000001 0000abcd 40000005 00010203 00000010 12345678 00010000
         81cd0003 00000001 0000abcd 00640005
         8fce0005 00000001 00000000 52454d42 010a03e8 0000abcd
         81ce0002 00000001 0000abcd`),
  );
  expect(facts).toEqual({
    reports: [{ ssrc: 0xabcd, fractionLost: 0.25, lastReport: 0x12345678, sinceLastReport: 0x10000 }],
    nacks: [{ ssrc: 0xabcd, sequences: [100, 101, 103] }],
    rembBps: 0x203e8 * 4,
    wantsKeyframe: true,
  });
});

test("numbers behind the last one wrap", () => {
  expect(readRtcp(hex("81cd0003 00000001 00000002 ffff0001")).nacks[0]!.sequences).toEqual([0xffff, 0]);
});

test("no bytes are too strange, and no list grows without end", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void readRtcp(bytes)));
  const block = Buffer.alloc(12 + 4 * 3_000, 0xff);
  block.set(hex("81cd"), 0);
  block.writeUInt16BE(block.length / 4 - 1, 2);
  expect(readRtcp(block).nacks[0]!.sequences.length).toBeLessThan(600);
});

test("a sender report: the time, the timestamp of that time, the counts, and the name of the source", () => {
  const report = senderReport({
    ...{ ssrc: 0x01020304, wallMs: 500, timestamp: 0x0a0b0c0d, packets: 3, bytes: 1_000, cname: "live" },
  });
  expect(report.toString("hex")).toBe(
    ["80c80006 01020304 83aa7e80 80000000 0a0b0c0d 00000003 000003e8", "81ca0003 01020304 01046c69 76650000"]
      .join("")
      .replaceAll(" ", ""),
  );
});

test("the round trip is what is left of the time since the report that was answered", () => {
  fc.assert(
    fc.property(fc.nat(4_000_000_000), fc.nat(2_000), fc.nat(2_000), (sentMs, heldMs, tripMs) => {
      const report = senderReport({ ssrc: 1, wallMs: sentMs, timestamp: 0, packets: 1, bytes: 1, cname: "x" });
      const lastReport = report.readUInt32BE(10);
      if (lastReport === 0) return;
      const answer = { ssrc: 1, fractionLost: 0, lastReport, sinceLastReport: Math.round((heldMs * 65_536) / 1_000) };
      expect(Math.abs(roundTripMs(answer, sentMs + heldMs + tripMs)! - tripMs)).toBeLessThan(0.1);
    }),
  );
  expect(roundTripMs({ ssrc: 1, fractionLost: 0, lastReport: 0, sinceLastReport: 0 }, 5)).toBeNull();
});
