// Server for the gateway benchmark: two JSON routes on bare Elysia (`bare`), or the same behind the whole gateway (`gateway`: id,
// address, limits in Redis, token, rule, headers, metrics). Prints `{port, token}`.

import { Elysia, t } from "elysia";
import { serve } from "#edge/gateway/serve.ts";
import { testEdge } from "#edge/testing.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import { pageLimit } from "#schema/api/fields.ts";
import { route } from "#schema/api/route.ts";

/** High enough to refuse no request; 0 would switch limits off. */
const HIGH = 1_000_000_000;
const one = () => ({ id: "0190f3b0-0000-7000-8000-000000000001", login: "ada", displayName: "Ada", viewers: 12 });
/** Page of the directory at its default size. */
const list = () => ({ items: Array.from({ length: pageLimit({}) }, channel), next: "0190f3b0" });

const channel = (_: unknown, index: number): ChannelView => ({
  id: "0190f3b0-0000-7000-8000-000000000001",
  login: `ada_${index}`,
  displayName: `Ada ${index}`,
  pictureUrl: null,
  bannerUrl: null,
  title: "Drawing maps of cities that never were",
  category: "Art",
  categorySlug: "art",
  tags: ["maps", "drawing"],
  language: "en",
  mature: false,
  followers: 120 + index,
  visibility: "public",
  autoStart: true,
  record: true,
  clips: true,
  downloads: false,
  live: {
    phase: "live",
    broadcastId: "0190f3b0-0000-7000-8000-000000000002",
    startedAt: "2026-11-22T10:00:00.000Z",
    viewers: 12 + index,
    hlsUrl: "/live/0190f3b0-0000-7000-8000-000000000001/master.m3u8",
    dvrUrl: null,
    whepUrl: null,
    thumbnailUrl: null,
  },
});

if (process.argv[2] === "bare") {
  const app = new Elysia().get("/api/v1/one", one).get("/api/v1/list", list).listen({ hostname: "127.0.0.1", port: 0 });
  console.log(JSON.stringify({ port: app.server?.port, token: "" }));
} else {
  const spec = {
    access: "signed-in",
    scope: "profile:read",
    limit: "read",
    answers: { 200: t.Unknown() },
    summary: "For the benchmark",
  } as const;
  const routes = [serve(route("GET /api/v1/one", spec), one), serve(route("GET /api/v1/list", spec), list)];
  let server: Bun.Server<undefined> | undefined;
  const edge = await testEdge({
    routes,
    limits: { requestsPerMinutePerIp: HIGH, readsPerMinutePerUser: HIGH },
    peerOf: (request) => server?.requestIP(request)?.address ?? null,
  });
  const { token } = await edge.register();
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    development: false,
    fetch: (request) => edge.app.handle(request),
  });
  console.log(JSON.stringify({ port: server.port, token }));
}
