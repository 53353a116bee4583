// Lengths and holes, by the times of packets.

import { expect, test } from "bun:test";
import { PacketScan } from "./packet-scan.ts";
import type { Demuxer } from "./sniff.ts";

type Packet = [stream: number, atS: number, lengthS: number | null, flags?: string];

function scanned(packets: Packet[], { demuxer = "mov" as Demuxer, startS = 0 } = {}) {
  const scan = new PacketScan({ demuxer, videoIndex: 0, audioIndex: 1, startS });
  for (const [stream, atS, lengthS, flags = "K_"] of packets)
    scan.line(
      `stream_index=${stream}|pts_time=${atS}|dts_time=${atS}|duration_time=${lengthS ?? "N/A"}|flags=${flags}`,
    );
  return scan.result();
}
const pictures = (from: number, count: number, stepS = 0.04): Packet[] =>
  Array.from({ length: count }, (_, i) => [0, from + i * stepS, stepS]);

test("lengths are sums of packets from FFmpeg's zero", () => {
  const { video, audio } = scanned([...pictures(3_600, 100), [1, 3_602, 2]], { startS: 3_600 });
  expect(video.endS).toBeCloseTo(4);
  expect(audio).toMatchObject({ startS: 2, endS: 4 });
});

test("numbers may be absent", () => {
  const scan = new PacketScan({ demuxer: "matroska", videoIndex: 0, audioIndex: null, startS: 0 });
  for (const line of ["stream_index=0|pts_time=0.5|dts_time=N/A|duration_time=N/A|flags=K_", "rubbish", ""])
    scan.line(line);
  expect(scan.result()).toEqual({ video: { packets: 1, startS: 0.5, endS: 0.5 }, audio: null });
});

test("what an edit list hides counts for nothing", () => {
  const { video } = scanned([[0, -0.6, 0.04, "KD"], ...pictures(0, 75)]);
  expect(video).toMatchObject({ packets: 75, startS: 0 });
  expect(video.endS).toBeCloseTo(3);
});

test("a transport stream whose clock jumps goes on as if it had not, in either direction", () => {
  for (const to of [5_000, -5_000, 0]) {
    const { video } = scanned([...pictures(0, 75), ...pictures(to, 75)], { demuxer: "mpegts" });
    expect(video.endS).toBeCloseTo(6);
  }
  // Two tracks, each with its own jump, of one clock.
  const both: Packet[] = [0, 1, 2, 0, 1, 2].flatMap((s): Packet[] => [...pictures(s, 25), [1, s, 1]]);
  const { video, audio } = scanned(both, { demuxer: "mpeg" });
  expect([video.endS, audio!.endS].map(Math.round)).toEqual([6, 6]);
});

test("a hole in a file that has an index refuses it, also one that is the length of a sample", () => {
  expect(() => scanned([...pictures(0, 75), ...pictures(45_000, 75)])).toThrow("hole");
  expect(() =>
    scanned([
      [0, 0, 45_000],
      [0, 45_000, 0.04],
    ]),
  ).toThrow("hole");
  expect(scanned([...pictures(0, 25), ...pictures(200, 25)]).video.endS).toBeCloseTo(201);
});

test("a last picture that lasts for hours does not", () => {
  expect(scanned([...pictures(0, 25), [0, 1, 100_000]]).video.endS).toBeCloseTo(11);
});

test("a file without a picture is refused", () => {
  expect(() => scanned([[1, 0, 1]])).toThrow("unreadable");
});
