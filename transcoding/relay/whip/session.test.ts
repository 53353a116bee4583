// A publisher's packets in, RTMP out over real sockets; its peer and FFmpeg are made up.

import { afterEach, expect, test } from "bun:test";
import { type Clock, ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { MemoryProcesses } from "#runtime/process/process-memory.ts";
import { patient } from "#schema/testing-slowness.ts";
import { concat } from "../../bytes.ts";
import { readAudioTag } from "../../intake/flv/audio-tag.ts";
import { readVideoTag } from "../../intake/flv/video-tag.ts";
import { startTarget } from "../../restream/testing-target.ts";
import { NAL } from "./depacketizer.ts";
import { CONNECT_WITHIN_MS, SILENT_MS_MAX, type WhipEnd, WhipSession } from "./session.ts";
import { keyUnits, payloadsOf, rtpBytes, SPS_1080, senderReport, slice, TestSender } from "./testing-publisher.ts";
import { adtsFrame, OPUS_20_MS } from "./testing-sound.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});
const NAME = "ticket_0123456789";

async function publisher(options: { clock?: Clock; how?: "take" | "refuse"; sound?: boolean } = {}) {
  const { clock = systemClock, how = "take", sound = true } = options;
  const nginx = await startTarget({ how });
  undo.push(() => nginx.close());
  const processes = new MemoryProcesses();
  const told: Buffer[] = [];
  const ends: WhipEnd[] = [];
  const peer = { closed: 0 };
  const session = new WhipSession({
    ...{ clock, random: systemRandom, processes, ffmpegPath: "ffmpeg" },
    log: createLog({ name: "test", level: "silent" }),
    media: {
      video: { payloadType: 96, rtxPayloadType: 97, feedback: ["nack", "nack pli"] },
      audio: sound ? { payloadType: 111 } : null,
    },
    peer: {
      send: (rtcp) => told.push(Buffer.from(rtcp)),
      close: () => {
        peer.closed++;
      },
    },
    to: { url: `rtmp://127.0.0.1:${nginx.port}`, app: "live", name: NAME },
    onEnd: (why) => ends.push(why),
  });
  undo.push(() => {
    for (const process of processes.started) process.end();
    return session.stop();
  });
  const video = new TestSender({ payloadType: 96, ssrc: 1, sequence: 65_530 });
  const audio = new TestSender({ payloadType: 111, ssrc: 2 });
  const picture = (units: Uint8Array[], timestamp: number, { lose = -1 } = {}) =>
    video.picture(units, timestamp).forEach((packet, i) => {
      if (i !== lose) session.packet(rtpBytes(packet));
    });
  const heard = (n: number) => session.packet(rtpBytes(audio.packet(OPUS_20_MS, n * 960)));
  /** Packets that were asked for, by type and format of RTCP. */
  const asked = (type: number, format: number) =>
    told.flatMap((bytes) => parts(bytes)).filter((part) => part[1] === type && (part[0]! & 31) === format);
  const pictures = () =>
    nginx.messages
      .filter(({ type }) => type === 9)
      .map(({ timestamp, body }) => ({ timestamp, ...readVideoTag(body) }));
  return { session, video, nginx, processes, told, ends, peer, picture, heard, asked, pictures };
}

function parts(compound: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let at = 0; at < compound.length; ) {
    const length = 4 * (compound.readUInt16BE(at + 2) + 1);
    found.push(compound.subarray(at, at + length));
    at += length;
  }
  return found;
}
const until = async (holds: () => boolean) => {
  for (let left = patient(5_000); !holds(); left -= 10) {
    if (left < 0) throw new Error("it did not come true");
    await Bun.sleep(10);
  }
};
const inter = slice(NAL.slice, 200);

test("pictures and sound reach nginx under the one-time name, headers first, from a keyframe on", async () => {
  const { session, nginx, processes, picture, heard, asked, pictures } = await publisher();
  session.connected();
  picture([inter], 0); // Nobody could decode it.
  picture(keyUnits(), 3_000);
  heard(0);
  await until(() => session.facts.published);
  expect(nginx.commands).toContain(`publish ${NAME}`);
  // A keyframe is asked for at that moment: what came before was not seen.
  await until(() => asked(206, 1).length > 0);
  picture([inter], 6_000);
  picture(keyUnits(), 9_000);
  picture([inter], 12_000);
  processes.started[0]!.options.onOutput!(adtsFrame(new Uint8Array(20)));
  processes.started[0]!.options.onOutput!(adtsFrame(new Uint8Array(30)));
  await until(() => nginx.messages.length >= 7);
  expect(pictures().map(({ kind }) => kind)).toEqual(["header", "picture", "picture"]);
  const [, first, second] = pictures();
  expect(second!.timestamp - first!.timestamp).toBeWithin(32, 35);
  const sounds = nginx.messages.filter(({ type }) => type === 8).map(({ body }) => readAudioTag(body));
  expect(sounds.map(({ kind }) => kind)).toEqual(["header", "sound", "sound"]);
  expect(sounds[0]).toMatchObject({ config: { sampleRate: 48_000, channels: 2, codec: "mp4a.40.2" } });
  expect(session.facts).toMatchObject({ connected: true, published: true, lostPackets: 0 });
});

test("another SPS is another header, before its keyframe", async () => {
  const { session, picture, pictures } = await publisher({ sound: false });
  session.connected();
  picture(keyUnits(), 0);
  await until(() => session.facts.published);
  picture(keyUnits(), 3_000);
  picture(keyUnits(), 6_000);
  picture(keyUnits(SPS_1080), 9_000);
  await until(() => pictures().length >= 5);
  expect(pictures().map(({ kind }) => kind)).toEqual(["header", "picture", "picture", "header", "picture"]);
  expect(pictures()[3]).toMatchObject({ config: { width: 1920 } });
});

test("a missing packet is asked for, and one that does not come costs the pictures up to a keyframe", async () => {
  const { session, picture, asked, pictures } = await publisher({ sound: false });
  session.connected();
  picture(keyUnits(), 0);
  await until(() => session.facts.published);
  picture(keyUnits(), 3_000);
  picture([slice(NAL.slice, 3_000)], 6_000, { lose: 1 });
  picture([inter], 9_000);
  await until(() => session.facts.lostPackets === 1);
  expect(asked(205, 1).length).toBeGreaterThanOrEqual(7);
  const before = asked(206, 1).length;
  await until(() => asked(206, 1).length > before);
  picture([inter], 12_000);
  picture(keyUnits(), 15_000);
  await until(() => pictures().length >= 3);
  expect(pictures().map(({ kind }) => kind)).toEqual(["header", "picture", "picture"]);
  expect(pictures()[2]!.timestamp).toBeWithin(132, 136);
});

test("a packet that is sent again in a stream of its own fills its hole", async () => {
  const { session, video, picture, pictures } = await publisher({ sound: false });
  session.connected();
  picture(keyUnits(), 0);
  await until(() => session.facts.published);
  picture(keyUnits(), 3_000);
  const lost = video.sequence + 1;
  const units = [slice(NAL.slice, 3_000)];
  picture(units, 6_000, { lose: 1 });
  const payload = concat(Uint8Array.of((lost >> 8) & 255, lost & 255), payloadsOf(units)[1]!);
  session.packet(rtpBytes({ payloadType: 97, ssrc: 9, sequence: 1, timestamp: 6_000, payload: new Uint8Array(0) }));
  session.packet(rtpBytes({ payloadType: 97, ssrc: 9, sequence: 2, timestamp: 6_000, payload }));
  await until(() => pictures().length >= 3);
  expect(session.facts).toMatchObject({ lostPackets: 0, recoveredPackets: 1 });
});

test("the publisher is told how it is received, with its own report, and how much it may send", async () => {
  const { session, picture, told, asked } = await publisher({ sound: false });
  session.connected();
  picture(keyUnits(), 0);
  session.packet(senderReport(1, 3_900_000_000_000, 0));
  await until(() => asked(201, 1).length > 0 && asked(206, 15).length > 0);
  const [report] = asked(201, 1);
  expect([report!.readUInt32BE(8), report!.readUInt32BE(24)]).toEqual([1, ((3_900_000_000 & 0xffff) << 16) >>> 0]);
  // Each compound begins with a report (RFC 3550 §6.1).
  expect(told.every((bytes) => bytes[1] === 201)).toBe(true);
});

test("nginx that refuses the name, or drops the stream, ends the peer", async () => {
  const refused = await publisher({ how: "refuse", sound: false });
  refused.session.connected();
  refused.picture(keyUnits(), 0);
  await until(() => refused.ends.length > 0);
  expect([refused.ends, refused.peer.closed]).toEqual([["key_refused"], 1]);

  const dropped = await publisher({ sound: false });
  dropped.session.connected();
  dropped.picture(keyUnits(), 0);
  await until(() => dropped.session.facts.published);
  dropped.nginx.drop();
  await until(() => dropped.ends.length > 0);
  expect([dropped.ends, dropped.peer.closed, dropped.session.facts.published]).toEqual([["closed"], 1, false]);
});

test("a publisher that goes says goodbye to nginx", async () => {
  const { session, nginx, picture, ends, peer } = await publisher({ sound: false });
  session.connected();
  picture(keyUnits(), 0);
  await until(() => session.facts.published);
  session.peerGone();
  await session.stop();
  expect([ends, peer.closed]).toEqual([["peer_gone"], 1]);
  await until(() => nginx.commands.at(-1) === "deleteStream");
  session.packet(rtpBytes({ payload: inter })); // Late.
});

test("one that never connects is ended after 10 s, one that is silent 10 s after its last media", async () => {
  const clock = new ManualClock();
  const never = await publisher({ clock });
  await clock.settle(CONNECT_WITHIN_MS + 40, 20);
  expect(never.ends).toEqual(["never_connected"]);

  const silent = await publisher({ clock });
  silent.session.connected();
  await clock.settle(3_000, 20);
  silent.heard(0);
  for (let ms = 0; ms < SILENT_MS_MAX; ms += 1_000) {
    // Reports alone are no media.
    silent.session.packet(senderReport(2, 1_000 + ms, 0));
    expect(silent.ends).toEqual([]);
    await clock.settle(1_000, 20);
  }
  await clock.settle(40, 20);
  expect(silent.ends).toEqual(["silent"]);
});

test("nothing that a stranger sends as media makes it throw, and nothing of it is published", async () => {
  const { session, nginx, ends } = await publisher();
  session.connected();
  for (let n = 0; n < 3_000; n++) {
    const bytes = systemRandom.bytes(Math.floor(systemRandom.next() * 200));
    if (n % 2 === 0 && bytes.length > 2) bytes.set([0x80, n % 4 === 0 ? 96 : 111]);
    session.packet(bytes);
  }
  await Bun.sleep(50);
  expect([ends, nginx.connections]).toEqual([[], 0]);
});
