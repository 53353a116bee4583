import { expect, test } from "bun:test";
import type { OpenedRelaySession, RelayStatus } from "#schema/wire/relay.ts";
import { LINGER_MS } from "../channel/relay-channel.ts";
import { readRtcp } from "../rtp/rtcp.ts";
import { h264, offerOf, video } from "../sdp/testing.ts";
import { CHANNEL, OFFER, testRelay } from "../testing.ts";
import { avcCOf, fragmentOf, headOf, initOf, type TestSocket } from "../testing-edge.ts";

const RENDITIONS = ["source", "720p", "480p"].map((name, i) => ({
  ...{ name, bandwidth: 3_000_000 - i * 1_000_000, width: 320, height: 180 },
}));
const MAIN = initOf(avcCOf({ profile: 77, constraints: 0 })).bytes;
const EXTENDED = initOf(avcCOf({ profile: 88, constraints: 0 })).bytes;
/** It does not say whether it has B-frames. */
const SILENT_MAIN = initOf(avcCOf({ profile: 77, constraints: 0, saysOrder: false })).bytes;

interface LiveOptions {
  /** Init segments by rendition; default: Constrained Baseline. */
  inits?: Record<string, Uint8Array>;
  relay?: Parameters<typeof testRelay>[0];
}

function live({ inits = {}, relay: options = {} }: LiveOptions = {}) {
  const relay = testRelay(options);
  const sockets = new Map<string, TestSocket>();
  relay.edge.onDial = (socket) => {
    const rendition = socket.url.searchParams.get("rendition")!;
    sockets.set(rendition, socket);
    socket.open();
    socket.say({ type: "renditions", renditions: RENDITIONS });
    socket.begin(headOf({ rendition }), inits[rendition] ?? initOf().bytes);
    socket.pictures(0, 3);
  };
  const post = (offer = OFFER) => relay.request("POST", "/sessions", { kind: "whep", channelId: CHANNEL, offer });
  const watch = async (offer?: string) => {
    const response = await post(offer);
    if (response.status !== 201) throw new Error(await response.text());
    const { sessionId } = (await response.json()) as OpenedRelaySession;
    const peer = relay.engine.last;
    peer.enter("connected");
    return { peer, sessionId };
  };
  const listed = async () => ((await (await relay.request("GET", "/sessions")).json()) as RelayStatus).sessions;
  return { ...relay, sockets, post, watch, listed, socket: (name = "source") => sockets.get(name)! };
}
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];
/** A receiver report of that stream. */
function receiverReport(ssrc: number, fractionLost: number): Buffer {
  const report = Buffer.alloc(32);
  report.set([0x81, 201, 0, 7]);
  report.writeUInt32BE(1, 4);
  report.writeUInt32BE(ssrc, 8);
  report[12] = Math.round(fractionLost * 256);
  return report;
}

test("a viewer gets the source as it is, and its sound as Opus", async () => {
  const { watch, processes, socket } = live();
  const { peer } = await watch();
  expect(peer.video.rtp.length).toBe(4);
  const [opus] = processes.started;
  expect(opus!.options.argv.join(" ")).toContain("-c:a libopus");
  expect(processes.started).toHaveLength(1);
  socket().pictures(4, 5);
  expect(peer.video.rtp.length).toBe(6);
  // The header, the AAC header, and a frame with each picture.
  expect(opus!.input!.chunks.length).toBe(2 + 6);
});

test("all viewers of a channel share its connection and its encoder", async () => {
  const { watch, edge, processes } = live();
  await watch();
  await watch();
  expect([edge.sockets.length, processes.started.length]).toEqual([1, 1]);
});

test("a source of another profile goes by the payload type of that profile", async () => {
  const { watch } = live({ inits: { source: MAIN } });
  const { peer } = await watch();
  expect(new Set(peer.video.rtp.map((packet) => packet[1]! & 0x7f))).toEqual(new Set([104]));
});

test("where a browser has not the source's profile, the best rung that it has is taken", async () => {
  const { watch, listed, edge } = live({ inits: { source: EXTENDED, "720p": EXTENDED, "480p": MAIN } });
  const { peer } = await watch();
  expect((await listed())[0]!.rendition).toBe("480p");
  expect(peer.video.rtp.length).toBe(4);
  expect(edge.sockets.map(({ url }) => url.searchParams.get("rendition"))).toEqual(["source", "720p", "480p"]);
});

test("where no rendition fits, one encoder makes one, and ends some time after the last viewer who needs it", async () => {
  const { post, processes, tick, engine, request, clock, socket } = live({
    inits: { source: EXTENDED, "720p": EXTENDED, "480p": EXTENDED },
  });
  const asked = post();
  await clock.settle(100);
  const encoder = processes.started.find(({ options }) => options.argv.includes("libx264"))!;
  expect(encoder.options.argv.join(" ")).toContain("-profile:v baseline");
  // Its viewer waits for the first format, which its feeding tells: the pictures since the keyframe are fed at once.
  const response = await asked;
  expect(response.status).toBe(201);
  expect(encoder.input!.chunks.length).toBeGreaterThan(4);
  engine.last.enter("connected");
  socket().pictures(4, 4);
  const { sessionId } = (await response.json()) as OpenedRelaySession;
  await request("DELETE", `/sessions/${sessionId}`);
  await tick(LINGER_MS / 1_000 - 2);
  expect(encoder.signals).toEqual([]);
  await tick(6);
  expect(encoder.signals).toContain("SIGTERM");
});

test("without room for another encoder a viewer is told to play in another way", async () => {
  const { post } = live({
    ...{ inits: { source: EXTENDED, "720p": EXTENDED, "480p": EXTENDED }, relay: { encodersMax: 0 } },
  });
  expect(await codeOf(await post())).toEqual([503, "busy"]);
});

test("an offer with no profile that can be made is refused", async () => {
  const { post } = live({ inits: { source: EXTENDED, "720p": EXTENDED, "480p": EXTENDED } });
  const high = offerOf([video({ formats: "106", lines: h264(106, "64001f") })], { bundle: "0" });
  expect(await codeOf(await post(high))).toEqual([406, "no_common_codec"]);
});

test("a source with B-frames is not sent as it is", async () => {
  const relay = live();
  relay.edge.onDial = (socket) => {
    const rendition = socket.url.searchParams.get("rendition")!;
    socket.open();
    socket.say({ type: "renditions", renditions: RENDITIONS });
    socket.begin(headOf({ rendition }), rendition === "720p" ? initOf().bytes : SILENT_MAIN);
    if (rendition !== "source") return socket.pictures(0, 4);
    // I P B: the third picture is shown before the second.
    socket.give(fragmentOf(0, { key: true }), { key: true });
    socket.give(fragmentOf(1, { late: 9_000 }));
    for (const index of [2, 3, 4]) socket.give(fragmentOf(index));
  };
  await relay.watch();
  expect((await relay.listed())[0]!.rendition).toBe("720p");
});

test("B-frames that come later end the session, so that the player asks again", async () => {
  const { watch, socket, listed, engine } = live();
  await watch();
  socket().give(fragmentOf(4, { late: 9_000 }));
  socket().give(fragmentOf(5));
  expect(await listed()).toEqual([]);
  expect(engine.last.closes).toBe(1);
});

test("the end of the broadcast ends its sessions at once", async () => {
  const { watch, socket, listed, engine } = live();
  await watch();
  socket().say({ type: "ended" });
  expect([await listed(), engine.last.closes]).toEqual([[], 1]);
});

test("an encoder that comes back is seen in the same session, from its keyframe on", async () => {
  const { watch, socket, clock } = live();
  const { peer } = await watch();
  const before = peer.video.rtp.length;
  await clock.settle(3_000);
  socket().begin(headOf({ clockMs: headOf().clockMs + 10_000 }));
  socket().pictures(0, 2);
  expect(peer.video.rtp.length).toBe(before + 3);
  const numbers = peer.video.rtp.map((packet) => packet.readUInt16BE(2));
  expect(numbers.at(-1)! - numbers[0]!).toBe(numbers.length - 1);
});

test("an edge that dies costs its viewers nothing but the pictures in between", async () => {
  const { watch, socket, clock, edge, listed } = live();
  const { peer } = await watch();
  socket().end(1006);
  await clock.settle(300);
  expect(edge.sockets.map(({ url }) => url.hostname)).toEqual(["edge-2", "edge-1"]);
  edge.last.give(fragmentOf(4));
  expect([peer.video.rtp.length, (await listed()).length]).toEqual([5, 1]);
});

test("a client that never connects, one that falls silent, and one whose line is lost are closed", async () => {
  const relay = live();
  await relay.post();
  const { peer } = await relay.watch();
  await relay.tick(11);
  expect((await relay.listed()).map(({ connected }) => connected)).toEqual([true]);
  let index = 4;
  const play = async (seconds: number, hears: boolean) => {
    for (let second = 0; second < seconds; second++) {
      relay.edge.last.give(fragmentOf(index++));
      if (hears) peer.hear(peer.video, receiverReport(peer.video.ssrc, 0));
      await relay.tick();
    }
  };
  await play(20, true);
  expect(await relay.listed()).toHaveLength(1);
  await play(16, false);
  expect(await relay.listed()).toEqual([]);
  const other = await relay.watch();
  other.peer.enter("disconnected");
  expect(await relay.listed()).toEqual([]);
});

test("a lossy line gets a lower rendition from its next keyframe on, by the payload type of its profile", async () => {
  const { watch, tick, socket, listed } = live({ inits: { "720p": MAIN } });
  const { peer } = await watch();
  let index = 100;
  for (let second = 0; second < 6; second++) {
    socket().give(fragmentOf(index++));
    peer.hear(peer.video, receiverReport(peer.video.ssrc, 0.3));
    await tick();
  }
  expect((await listed())[0]!.rendition).toBe("source");
  socket("720p").give(fragmentOf(index, { key: true }), { key: true });
  socket("720p").give(fragmentOf(index + 1));
  expect((await listed())[0]!.rendition).toBe("720p");
  expect(peer.video.rtp.slice(-2).map((packet) => packet[1]! & 0x7f)).toEqual([104, 104]);
});

test("both streams are reported each second, on one clock", async () => {
  const { watch, tick } = live();
  const { peer } = await watch();
  await tick(3);
  const reports = peer.video.rtcp;
  expect(reports.length).toBe(4);
  const times = reports.map((report) => [report.readUInt32BE(8), report.readUInt32BE(16)] as const);
  expect(times.slice(1).map(([seconds], i) => seconds - times[i]![0])).toEqual([1, 1, 1]);
  expect(times.slice(1).map(([, ticks], i) => (ticks - times[i]![1] + 2 ** 32) % 2 ** 32)).toEqual([
    90_000, 90_000, 90_000,
  ]);
  expect(readRtcp(reports[0]!).reports).toEqual([]);
});

test("a keyframe request and nonsense change nothing", async () => {
  const { watch, listed } = live();
  const { peer } = await watch();
  const before = peer.video.sent.length;
  const pli = Buffer.from("81ce00020000000100000003", "hex");
  for (const packet of [pli, Buffer.alloc(0), Buffer.from([0x80]), Buffer.alloc(200, 0xff)])
    peer.hear(peer.video, packet);
  expect([peer.video.sent.length, (await listed()).length]).toEqual([before, 1]);
});

test("without media from any edge an offer is refused in time, and nothing is left", async () => {
  const relay = testRelay();
  const asked = relay.request("POST", "/sessions", { kind: "whep", channelId: CHANNEL, offer: OFFER });
  await relay.clock.settle(5_000, 50);
  expect(await codeOf(await asked)).toEqual([503, "unavailable"]);
  await relay.tick(40);
  await relay.channels.stop();
  expect(relay.edge.sockets.every(({ isClosed }) => isClosed)).toBe(true);
});
