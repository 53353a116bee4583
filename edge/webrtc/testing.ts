// For tests only: WHEP and WHIP of an edge over real HTTP, in front of relays without WebRTC.

import { systemClock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import type { RtmpApp, TurnServers } from "#runtime/config/webrtc.ts";
import type { OpenedChannel } from "#schema/queries/channels/stream-keys.ts";
import { patient } from "#schema/testing-slowness.ts";
import { createLimiter } from "../gateway/limits/limiter.ts";
import { createStreamKeyCheck } from "../hooks/stream-key-check.ts";
import { createKeyRing } from "../identity/tokens/key-ring.ts";
import { CHANNEL, type EdgeOptions, startEdge, statusOf, testTokens } from "../live/testing.ts";
import { createPlaybackAudience } from "../playback/audience.ts";
import { TestRelay } from "../relays/testing.ts";
import { createWebRtc } from "./webrtc.ts";

export const undo: (() => unknown)[] = [];
export const cleanUp = async () => {
  for (const step of undo.splice(0).reverse()) await step();
};

export const STREAM_KEY = `live_${"k".repeat(32)}`;
export const TICKET = `once_${"t".repeat(32)}`;
export const OFFER = [
  "v=0",
  "o=- 1 1 IN IP4 0.0.0.0",
  "s=-",
  "t=0 0",
  "m=video 9 UDP/TLS/RTP/SAVPF 96",
  "c=IN IP4 0.0.0.0",
]
  .concat("a=ice-ufrag:aaaa", "a=rtpmap:96 H264/90000", "")
  .join("\r\n");
export const SDP = { "content-type": "application/sdp" };
export const FRAGMENT = { "content-type": "application/trickle-ice-sdpfrag" };

interface WebRtcTestOptions extends Partial<EdgeOptions> {
  /** Default: one. */
  relays?: TestRelay[];
  targets?: RtmpApp[];
  iceServers?: string[];
  turn?: TurnServers;
  offersPerMinutePerIp?: number;
  offersPerMinutePerAccount?: number;
  sessionsPerIp?: number;
  sessionsPerViewer?: number;
  wrongKeysPerMinute?: number;
  channelOfKey?: Partial<OpenedChannel>;
}

const NO_SOURCE = "http://127.0.0.1:1";

export async function startWebRtc(options: WebRtcTestOptions = {}) {
  const { relays = [relay()], wrongKeysPerMinute = 30, channelOfKey = {} } = options;
  const edge = startEdge({ ...options, status: options.status ?? statusOf({ origin: NO_SOURCE }) });
  undo.push(() => edge.stop());
  const limiter = createLimiter({ counts: { ask: async () => null }, clock: systemClock });
  const addressOf = (request: Request) => request.headers.get("x-test-address") ?? "192.0.2.1";
  const used = new Set<string>();
  const asked = { keys: 0 };
  const keys = createStreamKeyCheck({
    async find({ streamKey, session }) {
      asked.keys++;
      if (streamKey === TICKET && used.size > 0 && !used.has(session)) return null;
      if (streamKey === TICKET) used.add(session);
      else if (streamKey !== STREAM_KEY) return null;
      return { channelId: CHANNEL, userId: "u", login: "anna", suspended: false, autoStart: true, ...channelOfKey };
    },
    clock: systemClock,
    limiter,
    wrongPerMinute: wrongKeysPerMinute,
    onLockout: () => {},
  });
  const issued: { channelId: string; encoder: string | null }[] = [];
  const webRtc = createWebRtc(
    {
      ...{ clock: systemClock, log: edge.log, random: systemRandom },
      config: {
        ...{ playbackOrigins: options.playbackOrigins ?? [], publicUrl: "https://edge.example" },
        webRtc: {
          relayUrls: relays.map(({ url }) => url),
          whipTargets: options.targets ?? [{ url: "rtmp://127.0.0.1:1935", app: "live" }],
          iceServers: options.iceServers ?? [],
          turn: options.turn ?? null,
        },
        limits: {
          offersPerMinutePerIp: options.offersPerMinutePerIp ?? 0,
          offersPerMinutePerAccount: options.offersPerMinutePerAccount ?? 0,
          webRtcSessionsPerIp: options.sessionsPerIp ?? 0,
          webRtcSessionsPerViewer: options.sessionsPerViewer ?? 0,
        },
      },
    },
    {
      keyRing: createKeyRing({ secret: "a secret that only the tests know about" }),
      floods: { admitPlain() {} },
      ...{ limiter, media: edge.media, tokens: testTokens, watches: edge.watches, keys, addressOf },
      audience: createPlaybackAudience({ ...edge, tokens: testTokens, addressOf }),
      tickets: {
        async issue(publisher) {
          issued.push(publisher);
          return `once_${"a".repeat(31)}${"abcdefg"[issued.length % 7]}`;
        },
      },
    },
  );
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => webRtc.fetch(request) ?? new Response("not for webrtc", { status: 418 }),
  });
  undo.push(async () => {
    webRtc.stop();
    await server.stop(true);
  });
  await until("the relays", () => relays.every(({ calls }) => calls.includes("GET 200")));
  await Bun.sleep(20);
  const url = `http://127.0.0.1:${server.port}`;
  const ask = async (method: string, path: string, init: Omit<RequestInit, "method"> = {}) => {
    const response = await fetch(new URL(path, url), { ...init, method, redirect: "manual" });
    const text = await response.text();
    const isProblem = text !== "" && response.headers.get("content-type") === "application/problem+json";
    const { code = null } = isProblem ? (JSON.parse(text) as { code: string }) : {};
    return { status: response.status, headers: response.headers, text, code };
  };
  const [first] = relays as [TestRelay];
  return { ...edge, webRtc, ask, url, relay: first, relays, issued, asked };
}

export function relay(options: ConstructorParameters<typeof TestRelay>[0] = {}) {
  const made = new TestRelay(options);
  undo.push(() => made.die());
  return made;
}

export async function until(what: string, isSo: () => boolean, withinMs = patient(10_000)) {
  const untilMs = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > untilMs) throw new Error(`not in time: ${what}`);
    await Bun.sleep(10);
  }
}
