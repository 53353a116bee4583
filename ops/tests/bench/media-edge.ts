// The edge's media path as a process for benchmarks, playlists and sockets: one channel on air. Arguments: URL of the origin, channel id, broadcast id, and `by-hand`
// for a clock that stands still but for `/advance?ms=`. Prints its port.

import { createKeyRing } from "#edge/identity/tokens/key-ring.ts";
import { createMedia } from "#edge/live/live.ts";
import { PushHub } from "#edge/live/push/push-hub.ts";
import type { PushData } from "#edge/live/push/push-viewer.ts";
import { createPlaybackTokens } from "#edge/playback/token.ts";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";

const [origin = "", channelId = "", broadcastId = "", clockKind] = process.argv.slice(2);
const manual = clockKind === "by-hand" ? new ManualClock() : null;
const clock = manual ?? systemClock;

const status: ChannelStatus = {
  channelId,
  epoch: 1,
  phase: "live",
  broadcastId,
  startedAt: null,
  origin,
  ended: false,
  headSeq: 0,
  viewers: 0,
};
const log = createLog({ name: "bench-edge", level: "warn" });
const watches = {
  status: async () => status,
  known: () => status,
  watch: (_channelId: string, listener: (known: ChannelStatus) => void) => {
    listener(status);
    return () => {};
  },
  setViewers: () => {},
  doubt: () => {},
};
const media = createMedia(
  {
    clock,
    log,
    random: systemRandom,
    config: {
      playbackOrigins: [],
      publicUrl: "http://127.0.0.1",
      limits: {
        mediaCacheBytes: 256 * 1024 * 1024,
        mediaBytesPerMinutePerSession: 0,
        mediaBytesPerMinutePerIp: 0,
        mediaRequestsPerMinutePerSession: 0,
        mediaRequestsPerMinutePerIp: 0,
        mediaWaitingPerSession: 0,
        mediaWaitingPerIp: 0,
      },
    },
  },
  {
    floods: { admitPlain() {} },
    watches,
    findChannel: async () => ({ id: channelId, visibility: "public", playbackVersion: 0 }),
    audience: { watches: () => {}, stays: () => {}, plays: () => {}, report: async () => {} },
    addressOf: () => "127.0.0.1",
    tokens: createPlaybackTokens({
      keys: createKeyRing({ secret: "only for this benchmark, never in use" }),
      clock,
      random: systemRandom,
    }),
  },
);
const push = new PushHub({
  ...{ clock, log, random: systemRandom, watches, media, lag: { lagMs: 0 } },
  ...{ socketsPerIp: 0, socketsPerEdge: 0 },
});
const server = Bun.serve<PushData>({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 30,
  async fetch(request, server) {
    if (request.headers.has("upgrade")) {
      const upgraded = await push.upgrade(request, server);
      if (upgraded) return upgraded === "upgraded" ? undefined : upgraded;
    }
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/advance") manual?.advance(Number(searchParams.get("ms")));
    else return media.fetch(request) ?? new Response(null, { status: 404 });
    return new Response(null, { status: 204 });
  },
  websocket: {
    backpressureLimit: 1024 * 1024,
    closeOnBackpressureLimit: true,
    open: (ws) => push.open(ws),
    message: (ws, data) => ws.data.push?.receive(data),
    pong: (ws) => ws.data.push?.heard(),
    drain: (ws) => ws.data.push?.pump(),
    close: (ws) => ws.data.push?.gone(),
  },
});
console.log(server.port);
