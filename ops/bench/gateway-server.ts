// For the benchmark: one JSON route on bare Elysia (`bare`), or the same one behind the whole gateway (`gateway`: id, address,
// limits in Redis, token, rule, headers, metrics). Prints `{port, token}`.

import { Elysia } from "elysia";
import { rules } from "#edge/gateway/access.ts";
import { testEdge } from "#edge/testing.ts";

/** So high that nobody is refused, and not 0, which would be no limit at all. */
const HIGH = 1_000_000_000;
const answer = () => ({ id: "0190f3b0-0000-7000-8000-000000000001", login: "ada", displayName: "Ada", viewers: 12 });

if (process.argv[2] === "bare") {
  const app = new Elysia().get("/api/v1/bench", answer).listen({ hostname: "127.0.0.1", port: 0 });
  console.log(JSON.stringify({ port: app.server?.port, token: "" }));
} else {
  const routes = new Elysia({ normalize: false })
    .use(rules)
    .get("/api/v1/bench", answer, { rule: { access: "signed-in", scope: "profile:read", limit: "read" } });
  let server: Bun.Server<undefined> | undefined;
  const edge = await testEdge({
    routes: [routes],
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
