// A network that swallows what goes to Redis and tells nobody: questions fail soon, and are answered again once it is over.

import { expect, test } from "bun:test";
import { until } from "#ops/e2e/until.ts";
import { createLog } from "#runtime/log.ts";
import { connectRedis } from "#runtime/redis.ts";
import { TcpProxy } from "./tcp-proxy.ts";

const url = new URL(process.env.TEST_REDIS_URL ?? "redis://127.0.0.1:6379");
const log = createLog({ name: "test", level: "silent" });

test("a connection on which Redis has gone silent is given up, with all that was asked on it", async () => {
  const proxy = await TcpProxy.listen({ target: () => ({ host: url.hostname, port: Number(url.port) }) });
  const redis = connectRedis({ url: `redis://127.0.0.1:${proxy.port}`, name: "silent", log });
  try {
    await until("redis", async () => (await redis.ping()) === "PONG");
    proxy.set({ kind: "blackhole" });
    const startMs = performance.now();
    const asked = Array.from({ length: 20 }, () => redis.ping());
    const outcomes = await Promise.allSettled(asked);
    expect(outcomes.map(({ status }) => status)).not.toContain("fulfilled");
    expect(performance.now() - startMs).toBeLessThan(1_500);
    await until("another connection", () => proxy.counts.accepted > 1);
    proxy.set({ kind: "pass" }); // Nothing is reset: the old connection would hang on.
    await until("an answer", async () => (await redis.ping()) === "PONG");
    expect(performance.now() - startMs).toBeLessThan(12_000);
  } finally {
    redis.disconnect();
    await proxy.close();
  }
}, 30_000);
