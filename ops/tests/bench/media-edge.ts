// The edge's media path as a process for the benchmark: one channel on air, with segments from files in a folder.
// Arguments: folder, channel id, broadcast id. Prints its port.

import { createKeyRing } from "#edge/identity/tokens/key-ring.ts";
import { createMedia } from "#edge/live/live.ts";
import { createPlaybackTokens } from "#edge/playback/token.ts";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";

const [folder = "", channelId = "", broadcastId = ""] = process.argv.slice(2);

const origin = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request) =>
    new Response(Bun.file(`${folder}/${new URL(request.url).pathname.split("/").slice(3).join("/")}`)),
});
const status: ChannelStatus = {
  channelId,
  epoch: 1,
  phase: "live",
  broadcastId,
  startedAt: null,
  origin: `http://127.0.0.1:${origin.port}`,
  ended: false,
  headSeq: 0,
  viewers: 0,
};
const media = createMedia(
  {
    clock: systemClock,
    log: createLog({ name: "bench-edge", level: "warn" }),
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
    watches: {
      status: async () => status,
      known: () => status,
      watch: () => () => {},
      setViewers: () => {},
      doubt: () => {},
    },
    findChannel: async () => ({ id: channelId, visibility: "public", playbackVersion: 0 }),
    audience: { watches: () => {}, plays: () => {}, report: async () => {} },
    addressOf: () => "127.0.0.1",
    tokens: createPlaybackTokens({
      keys: createKeyRing({ secret: "only for this benchmark, never in use" }),
      clock: systemClock,
      random: systemRandom,
    }),
  },
);
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  idleTimeout: 30,
  fetch: (request) => media.fetch(request) ?? new Response(null, { status: 404 }),
});
console.log(server.port);
