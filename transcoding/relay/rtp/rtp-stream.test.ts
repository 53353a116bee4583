import { expect, test } from "bun:test";
import fc from "fast-check";
import { withHeaderRoom } from "./rtp-header.ts";
import { KEPT_PACKETS, RtpStream } from "./rtp-stream.ts";

const MEDIA = 96;
const RTX = 97;

function stream({ sequence = 0xfffe, rtx = false, keeps = true } = {}) {
  return new RtpStream({
    ...{ ssrc: 0x01020304, sequence, keeps },
    rtx: rtx ? { ssrc: 0x0a0b0c0d, sequence: 7, payloadTypes: new Map([[MEDIA, RTX]]) } : null,
  });
}
const packetOf = (...payload: number[]) => withHeaderRoom(Uint8Array.from(payload));
const look = (timestamp: number, marker = false) => ({ payloadType: MEDIA, timestamp, marker });
const sequenceOf = (packet: Uint8Array) => (packet[2]! << 8) | packet[3]!;

test("a header has version, marker, payload type, number, time and source where RFC 3550 has them", () => {
  const packet = packetOf(1, 2);
  stream({ sequence: 0x1234 }).stamp(packet, look(0x89abcdef, true));
  expect(packet.toString("hex")).toBe("80e0123489abcdef010203040102");
});

test("numbers have no gap, also where they wrap, whatever packets are shared with other viewers", () => {
  const [a, b] = [stream(), stream({ sequence: 5 })];
  const shared = [packetOf(1), packetOf(2), packetOf(3), packetOf(4)];
  const numbers = { a: [] as number[], b: [] as number[] };
  for (const packet of shared) {
    a.stamp(packet, look(1));
    numbers.a.push(sequenceOf(packet));
    b.stamp(packet, look(2));
    numbers.b.push(sequenceOf(packet));
  }
  expect(numbers).toEqual({ a: [0xfffe, 0xffff, 0, 1], b: [5, 6, 7, 8] });
  expect([a.sent, a.bytes]).toEqual([4, 4]);
});

test("a packet is sent again as it was, though its header was another viewer's since", () => {
  const [mine, other] = [stream({ sequence: 10 }), stream({ sequence: 500 })];
  const packet = packetOf(1, 2, 3);
  mine.stamp(packet, look(77, true));
  const before = packet.toString("hex");
  other.stamp(packet, look(88));
  const again = mine.resend(10, 1_000);
  expect(typeof again === "object" && Buffer.from(again.packet).toString("hex")).toBe(before);
});

test("with RTX it goes in the stream of its own, with its number in front of the payload", () => {
  const mine = stream({ sequence: 0x0102, rtx: true });
  mine.stamp(packetOf(0xaa, 0xbb), look(0x11223344, true));
  const texts = [0, 100].map((ms) => {
    const again = mine.resend(0x0102, ms);
    return typeof again === "object" ? Buffer.from(again.packet).toString("hex") : again;
  });
  expect(texts).toEqual(["80e10007112233440a0b0c0d0102aabb", "80e10008112233440a0b0c0d0102aabb"]);
});

test("a packet is not sent again twice at once", () => {
  const mine = stream({ sequence: 10 });
  mine.stamp(packetOf(1), look(1));
  expect(typeof mine.resend(10, 1_000)).toBe("object");
  expect(mine.resend(10, 1_010)).toBe("soon");
  expect(typeof mine.resend(10, 1_030)).toBe("object");
});

test("what is older than the keyframe, not sent yet, or not kept is not sent again", () => {
  const mine = stream({ sequence: 100 });
  for (let i = 0; i < 5; i++) mine.stamp(packetOf(i), look(i));
  mine.keyframeComes();
  for (let i = 5; i < 8; i++) mine.stamp(packetOf(i), look(i));
  expect([104, 108, 99, 40_000].map((number) => mine.resend(number, 0))).toEqual(["old", "old", "old", "old"]);
  expect(typeof mine.resend(105, 0)).toBe("object");
  mine.forget();
  expect(mine.resend(106, 0)).toBe("old");
  const forgetful = stream({ sequence: 100, keeps: false });
  forgetful.stamp(packetOf(1), look(1));
  expect(forgetful.resend(100, 0)).toBe("old");
});

test("whatever is asked for, what is sent again is the packet of that number", () => {
  fc.assert(
    fc.property(fc.nat(0xffff), fc.nat(3 * KEPT_PACKETS), fc.nat(0xffff), (sequence, count, asked) => {
      const mine = stream({ sequence });
      for (let i = 0; i < count; i++) mine.stamp(packetOf(i >> 8, i & 255), look(i));
      const behind = (sequence + count - asked + 0x20000) % 0x10000;
      const isKept = behind >= 1 && behind <= Math.min(count, KEPT_PACKETS);
      const again = mine.resend(asked, 0);
      expect(typeof again === "object").toBe(isKept);
      if (typeof again !== "object") return;
      const index = count - behind;
      expect([sequenceOf(again.packet), (again.packet[12]! << 8) | again.packet[13]!]).toEqual([asked, index]);
    }),
    { numRuns: 50 },
  );
});
