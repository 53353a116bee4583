// Live media by WebSocket with real sockets, in front of scriptable origins over real HTTP.

import { afterEach, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { patient } from "#schema/testing-slowness.ts";
import {
  LIVE_PROTOCOL,
  type LiveFrame,
  type LiveHead,
  type LiveRecord,
  liveClose,
  RECORD,
  RecordReader,
  recordsFrame,
} from "#schema/wire/live-stream.ts";
import { BROADCAST, CHANNEL, type EdgeOptions, startEdge, statusOf, TestOrigin, testTokens } from "../testing.ts";
import { PushHub } from "./push-hub.ts";
import type { PushData } from "./push-viewer.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

async function until(what: string, isSo: () => boolean, { withinMs = patient(5_000) } = {}) {
  const untilMs = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error(`not in time: ${what}`);
    await Bun.sleep(10);
  }
}

const INDEX = `#EXTM3U
#EXT-X-STREAM-INF:BANDWIDTH=3000000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=1280x720
source.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=800000,CODECS="avc1.64001f,mp4a.40.2",RESOLUTION=640x360
360p.m3u8
`;
const INIT = Uint8Array.of(9, 9, 9);

/** Streams what it is told to, from the newest keyframe on. */
class LiveOrigin extends TestOrigin {
  readonly #controllers = new Map<ReadableStreamDefaultController<Uint8Array>, string>();
  readonly #groups = new Map<string, LiveRecord[]>();

  constructor(readonly epoch = 1) {
    super();
    undo.push(() => this.die());
    this.has("index.m3u8", INDEX, { "x-epoch": String(epoch) });
    for (const rendition of ["source", "360p"]) {
      this.#groups.set(rendition, []);
      this.on(`${rendition}/live`, () => new Response(this.#stream(rendition)));
    }
  }

  #stream(rendition: string) {
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controllers.set(controller, rendition);
        const head: LiveHead = {
          ...{ type: "head", broadcastId: BROADCAST, epoch: this.epoch, rendition, codecs: "avc1.64001f" },
          ...{ width: 1_280, height: 720, clockMs: 1_000 },
        };
        const first = [
          { kind: RECORD.head, key: false, part: 0, number: 0, bytes: new TextEncoder().encode(JSON.stringify(head)) },
          { kind: RECORD.init, key: false, part: 0, number: 0, bytes: INIT },
        ];
        controller.enqueue(recordsFrame([...first, ...this.#groups.get(rendition)!]));
      },
    });
  }

  get streams() {
    return this.#controllers.size;
  }

  give(fragment: { key?: boolean; number: number; part: number; bytes?: number; rendition?: string }) {
    const { key = false, number, part, bytes = 100, rendition = "source" } = fragment;
    const record = { kind: RECORD.fragment, key, number, part, bytes: new Uint8Array(bytes) };
    if (key) this.#groups.set(rendition, []);
    this.#groups.get(rendition)!.push(record);
    for (const [controller, name] of this.#controllers)
      if (name === rendition) controller.enqueue(recordsFrame([record]));
  }
}

function startPush(options: Partial<EdgeOptions> & { origin: LiveOrigin; socketsPerIp?: number }) {
  const edge = startEdge({ status: statusOf({ origin: options.origin.url }), ...options });
  const { media, watches, log } = edge;
  const hub = new PushHub({
    ...{ clock: systemClock, log, random: systemRandom, watches, media },
    ...{ socketsPerIp: options.socketsPerIp ?? 0, socketsPerEdge: 0, lag: { lagMs: 0 } },
  });
  const listen = (from: "viewer" | "relay") =>
    Bun.serve<PushData>({
      hostname: "127.0.0.1",
      port: 0,
      fetch: async (request, server) => {
        const answer = await hub.upgrade(request, server, from);
        return answer === "upgraded" ? undefined : (answer ?? new Response(null, { status: 404 }));
      },
      websocket: {
        backpressureLimit: 1024 * 1024,
        closeOnBackpressureLimit: true,
        open: (ws) => hub.open(ws),
        message: (ws, data) => ws.data.push?.receive(data),
        drain: (ws) => ws.data.push?.pump(),
        close: (ws) => ws.data.push?.gone(),
      },
    });
  const [server, internal] = [listen("viewer"), listen("relay")];
  undo.push(async () => {
    hub.stop();
    edge.stop();
    await Promise.all([server.stop(true), internal.stop(true)]);
  });
  const urlOf = ({ port }: { port?: number | undefined }) => `http://127.0.0.1:${port}/live/anna`;
  const url = urlOf(server);
  return {
    ...{ ...edge, hub, url },
    watch: (path = "live.ws") => new Watcher(`${url}/${path}`),
    watchAsRelay: (path = "live.ws") => new Watcher(`${urlOf(internal)}/${path}`),
  };
}

class Watcher {
  readonly said: LiveFrame[] = [];
  readonly records: LiveRecord[] = [];
  code: number | null = null;
  readonly socket: WebSocket;

  constructor(url: string) {
    this.socket = new WebSocket(url.replace("http", "ws"), LIVE_PROTOCOL);
    this.socket.binaryType = "arraybuffer";
    this.socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.said.push(JSON.parse(data));
      else this.records.push(...new RecordReader().push(new Uint8Array(data)));
    };
    this.socket.onclose = ({ code }) => {
      this.code = code;
    };
    undo.push(() => this.socket.close());
  }

  get places() {
    return this.records.filter(({ kind }) => kind === RECORD.fragment).map(({ number, part }) => `${number}.${part}`);
  }

  get types() {
    return this.said.map(({ type }) => type);
  }

  has(...places: string[]) {
    return until(`${places}`, () => places.every((place) => this.places.includes(place)));
  }
}

test("a viewer gets the renditions, the head, the init segment, the newest keyframe, and each fragment at once", async () => {
  const origin = new LiveOrigin();
  origin.give({ key: true, number: 6, part: 0 });
  origin.give({ number: 6, part: 1 });
  const { watch } = startPush({ origin });
  const one = watch();
  await one.has("6.0", "6.1");
  expect(one.types).toEqual(["renditions", "head"]);
  expect(one.said[0]).toMatchObject({
    renditions: [
      { name: "source", bandwidth: 3_000_000, width: 1_280, height: 720 },
      { name: "360p", bandwidth: 800_000, width: 640, height: 360 },
    ],
  });
  expect(one.records[0]).toMatchObject({ kind: RECORD.init, bytes: INIT });
  origin.give({ number: 6, part: 2 });
  await one.has("6.2");
  origin.give({ key: true, number: 7, part: 0 });
  origin.give({ number: 7, part: 1 });
  await one.has("7.1");
  const other = watch();
  await other.has("7.1");
  expect(other.places).toEqual(["7.0", "7.1"]);
  expect(one.places).toEqual(["6.0", "6.1", "6.2", "7.0", "7.1"]);
  expect(origin.streams).toBe(1);
});

test("who comes back goes on without a hole, at the keyframe before what it has, while that is kept", async () => {
  const origin = new LiveOrigin();
  const { watch } = startPush({ origin });
  const one = watch();
  await until("a stream", () => origin.streams === 1);
  for (const number of [6, 7, 8]) {
    origin.give({ key: true, number, part: 0 });
    origin.give({ number, part: 1 });
  }
  await one.has("8.1");
  const since = async (after: string) => {
    const back = watch(`live.ws?after=${after}`);
    await back.has("8.1");
    return back.places.join(" ");
  };
  expect(await since("7.0")).toBe("7.0 7.1 8.0 8.1");
  expect(await since("8.0")).toBe("8.0 8.1");
  expect(await since("8.7")).toBe("8.0 8.1");
  // No longer kept, and not to be read.
  expect(await since("6.1")).toBe("8.0 8.1");
  expect(await since("-1.x")).toBe("8.0 8.1");
});

test("another owner is gone on from without a reconnect; between them viewers hear that they wait", async () => {
  const origin = new LiveOrigin();
  origin.give({ key: true, number: 6, part: 0 });
  const { watch, say } = startPush({ origin });
  const one = watch();
  await one.has("6.0");
  await origin.die();
  await until("waiting", () => one.types.includes("waiting"));
  const next = new LiveOrigin(2);
  next.give({ key: true, number: 8, part: 0 });
  say(statusOf({ origin: next.url, epoch: 2 }));
  await one.has("8.0");
  expect(one.said.at(-1)).toMatchObject({ type: "head", epoch: 2 });
  expect(one.code).toBeNull();
});

test("a viewer chooses a rendition by name, from its keyframe on", async () => {
  const origin = new LiveOrigin();
  origin.give({ key: true, number: 6, part: 0 });
  origin.give({ key: true, number: 6, part: 0, rendition: "360p" });
  origin.give({ number: 6, part: 1, rendition: "360p" });
  const { watch } = startPush({ origin });
  const [low, both] = [watch("live.ws?rendition=360p"), watch()];
  await low.has("6.1");
  await both.has("6.0");
  both.socket.send(JSON.stringify({ type: "rendition", name: "360p" }));
  await both.has("6.1");
  expect(both.said.filter(({ type }) => type === "head").map((head) => (head as LiveHead).rendition)).toEqual([
    "source",
    "360p",
  ]);
});

test("while a page is hidden nothing is sent; it goes on at the newest keyframe", async () => {
  const origin = new LiveOrigin();
  origin.give({ key: true, number: 6, part: 0 });
  const { watch } = startPush({ origin });
  const [one, other] = [watch(), watch()];
  await Promise.all([one, other].map((each) => each.has("6.0")));
  one.socket.send(JSON.stringify({ type: "pause" }));
  await Bun.sleep(100);
  origin.give({ number: 6, part: 1 });
  origin.give({ key: true, number: 7, part: 0 });
  origin.give({ number: 7, part: 1 });
  await other.has("7.1");
  expect(one.places).toEqual(["6.0"]);
  one.socket.send(JSON.stringify({ type: "resume" }));
  await one.has("7.0", "7.1");
  expect(one.places).toEqual(["6.0", "7.0", "7.1"]);
});

test("who hears nothing for a while asks whether the edge lives, and is answered", async () => {
  const { watch } = startPush({ origin: new LiveOrigin() });
  const one = watch();
  await until("the renditions", () => one.types.includes("renditions"));
  one.socket.send(JSON.stringify({ type: "ping" }));
  await until("the answer", () => one.types.includes("pong"));
});

test("who may not watch is refused, and is sent away when the right ends; the end of the broadcast is told", async () => {
  const origin = new LiveOrigin();
  origin.give({ key: true, number: 6, part: 0 });
  const { watch, url, channel, say } = startPush({ origin, visibility: "followers" });
  const headers = { upgrade: "websocket", "sec-websocket-protocol": LIVE_PROTOCOL };
  const refused = await fetch(`${url}/live.ws`, { headers });
  expect([refused.status, (await refused.json()).code]).toEqual([403, "playback_denied"]);
  const { text } = testTokens.issue({ channelId: CHANNEL, grant: "watch", version: 1, session: "0123456789abcdef" });
  const one = watch(`~${text}/live.ws`);
  const other = watch(`~${text}/live.ws`);
  await Promise.all([one, other].map((each) => each.has("6.0")));
  say(statusOf({ origin: origin.url, phase: "offline", ended: true }));
  await until("the end", () => one.code !== null && other.code !== null);
  expect([one.code, one.said.at(-1)]).toEqual([1000, { type: "ended" }]);
  expect(channel.playbackVersion).toBe(1);
  expect((await fetch(`${url}/live.ws`, { headers: { upgrade: "websocket" } })).status).toBe(422);
});

test("sockets of one address are limited, and an edge that leaves says when to come back", async () => {
  const origin = new LiveOrigin();
  origin.give({ key: true, number: 6, part: 0 });
  const { watch, hub, url } = startPush({ origin, socketsPerIp: 2 });
  const two = [watch(), watch()];
  await Promise.all(two.map((each) => each.has("6.0")));
  const headers = { upgrade: "websocket", "sec-websocket-protocol": LIVE_PROTOCOL };
  expect((await fetch(`${url}/live.ws`, { headers })).status).toBe(429);
  hub.drain(1_500);
  await until("the closes", () => two.every(({ code }) => code === liveClose.goingAway));
  expect(two[0]!.said.at(-1)).toEqual({ type: "bye", retryAfterMs: 1_500 });
});

test("a relay gets everything by the internal port: no right, no limit, no viewer, and the same frames", async () => {
  const origin = new LiveOrigin();
  origin.give({ key: true, number: 6, part: 0 });
  const status = statusOf({ origin: origin.url, phase: "preview" });
  const { watch, watchAsRelay, viewers, hub } = startPush({ origin, status, visibility: "followers", socketsPerIp: 1 });
  const { text } = testTokens.issue({ channelId: CHANNEL, grant: "preview", version: 1, session: "0123456789abcdef" });
  const relays = [watchAsRelay(), watchAsRelay(), watchAsRelay("live.ws?rendition=360p")];
  const viewer = watch(`~${text}/live.ws`);
  await Promise.all([relays[0]!, relays[1]!, viewer].map((each) => each.has("6.0")));
  origin.give({ number: 6, part: 1 });
  await Promise.all([relays[0]!, relays[1]!, viewer].map((each) => each.has("6.1")));
  expect([origin.streams, viewers.known]).toEqual([2, 0]);
  hub.closeChannel(CHANNEL);
  await until("the closes", () => relays.every(({ code }) => code === liveClose.channelGone));
});

test("who reads nothing skips to a later keyframe, then gets a lower rendition, and others do not notice", async () => {
  const origin = new LiveOrigin();
  origin.give({ key: true, number: 0, part: 0 });
  origin.give({ key: true, number: 0, part: 0, rendition: "360p" });
  const { watch, url } = startPush({ origin });
  const quick = watch();
  await quick.has("0.0");
  const slow = await rawSocket(`${url}/live.ws`);
  undo.push(() => slow.end());
  for (let number = 1; number <= 40; number++) {
    origin.give({ key: true, number, part: 0, bytes: 200_000 });
    await quick.has(`${number}.0`);
    await Bun.sleep(30);
  }
  expect(quick.places).toHaveLength(41);
  expect(quick.types).not.toContain("skipped");
  slow.resume();
  await until("a skip", () => slow.heard().includes('"type":"skipped"'), { withinMs: patient(10_000) });
});

/** A WebSocket client that reads nothing until `resume`. */
async function rawSocket(url: string) {
  const { hostname, port, pathname } = new URL(url);
  let heard = "";
  const opened = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data(_, bytes) {
        heard = (heard + bytes.toString("latin1")).slice(-4_000_000);
        opened.resolve();
      },
    },
  });
  const lines = ["Host: edge", "Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];
  lines.push("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", `Sec-WebSocket-Protocol: ${LIVE_PROTOCOL}`);
  socket.write(`GET ${pathname} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  await opened.promise;
  socket.pause();
  return { heard: () => heard, resume: () => socket.resume(), end: () => socket.end() };
}
