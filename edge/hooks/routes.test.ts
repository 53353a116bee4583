// Answers to nginx-rtmp while the database or the actor is slow, and while keys are guessed.

import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import type { Caller, CallOptions } from "#runtime/cluster/caller.ts";
import { readEdgeConfig } from "#runtime/config/edge.ts";
import type { OpenedChannel } from "#schema/queries/channels/stream-keys.ts";
import { forwarderName } from "#schema/wire/targets.ts";
import { newStreamKey } from "../channels/stream-key.ts";
import { createLimiter } from "../gateway/limits/limiter.ts";
import { durations, failures, hooks as outcomes } from "./metrics.ts";
import { createGuardedCheck } from "./publish-keys.ts";
import { hookRoutes } from "./routes.ts";

const log = createLog({ name: "test", level: "silent" });
const config = readEdgeConfig({
  DATABASE_URL: "postgres://x@127.0.0.1/x",
  NATS_URL: "nats://127.0.0.1:1",
  REDIS_URL: "redis://127.0.0.1:1",
  INTERNAL_PORT: "1",
  JWT_SECRET: "s".repeat(32),
});
const KEY = newStreamKey(systemRandom);
/** Name of this server's key for targets. */
const OURS = "0123456789abcdef";

function hooks() {
  const clock = new ManualClock();
  const found = Promise.withResolvers<OpenedChannel | null>();
  const calls: (CallOptions | undefined)[] = [];
  const call = async (_kind: string, _key: string, _message: unknown, options?: CallOptions) => {
    calls.push(options);
    return { publicName: "public" };
  };
  const asked = { store: 0, audits: 0 };
  const find = () => {
    asked.store++;
    return found.promise;
  };
  const audit = async () => {
    asked.audits++;
  };
  const limiter = createLimiter({ counts: { ask: async () => null }, clock });
  const routes = hookRoutes(
    { caller: { call } as unknown as Caller, clock, log },
    {
      keys: createGuardedCheck({ clock, config, log }, { limiter, find, audit }),
      isOurs: async (keyName) => keyName === OURS,
    },
  );
  const hook = (call: string, key = KEY, more = "") =>
    routes.handle(
      new Request(`http://edge/hooks/rtmp/${call}?ingest=main&boot=b`, {
        method: "POST",
        body: `addr=203.0.113.9&clientid=1&name=${key}${more}`,
      }),
    );
  const publish = () => hook("publish");
  return {
    hook,
    asked,
    found,
    clock,
    publish,
    calls,
    answer: () => found.resolve({ channelId: "c", userId: "u", login: "ada", suspended: false, autoStart: true }),
  };
}

test("a publish that nginx has given up takes no effect, even if the database answers later", async () => {
  const { clock, publish, calls, answer } = hooks();
  let status: number | undefined;
  void publish().then((response) => {
    status = response.status;
  });
  for (let i = 0; i < 20 && clock.waiting === 0; i++) await Bun.sleep(1);
  await clock.settle(3_900, 100);
  await Bun.sleep(1);
  expect(status).toBe(503);
  answer();
  await Bun.sleep(1);
  expect(calls).toEqual([]);
});

test("the channel's actor gets the remaining time", async () => {
  const { clock, publish, calls, answer } = hooks();
  const response = publish();
  for (let i = 0; i < 20 && clock.waiting === 0; i++) await Bun.sleep(1);
  await clock.settle(3_000, 100);
  answer();
  expect((await response).status).toBe(302);
  expect(calls).toEqual([{ timeoutMs: 700, id: "publish main/b/1" }]);
});

test("a hook that this edge cannot decide counts as its failure, and its duration is measured", async () => {
  const failed = async () =>
    (await failures.get()).values.find(({ labels }) => labels.call === "publish" && labels.code === "unavailable")
      ?.value ?? 0;
  const measured = async () =>
    (await durations.get()).values.find(
      ({ metricName, labels }) => metricName?.endsWith("_count") && labels.call === "publish",
    )?.value ?? 0;
  const before = { failed: await failed(), measured: await measured() };
  const { clock, publish } = hooks();
  const response = publish();
  for (let i = 0; i < 20 && clock.waiting === 0; i++) await Bun.sleep(1);
  await clock.settle(3_900, 100);
  expect((await response).status).toBe(503);
  expect(await failed()).toBe(before.failed + 1);
  expect(await measured()).toBe(before.measured + 1);
});

test("a guessed key is refused without a query, counted, and logged once", async () => {
  const { hook, asked, found } = hooks();
  found.resolve(null);
  const { wrongStreamKeysPerMinutePerIp: wrongMax } = config.limits;
  const outcome = async (code: string) =>
    (await outcomes.get()).values.find(({ labels }) => labels.call === "publish" && labels.outcome === code)?.value ??
    0;
  const before = { wrong: await outcome("bad_stream_key"), limited: await outcome("rate_limited") };
  for (let i = 0; i < wrongMax; i++) expect((await hook("publish", newStreamKey(systemRandom))).status).toBe(403);
  await Bun.sleep(1);
  expect(asked).toEqual({ store: wrongMax, audits: 1 });
  // 403, not 503: nginx must not ask the next edge.
  for (let i = 0; i < 20; i++) expect((await hook("publish", newStreamKey(systemRandom))).status).toBe(403);
  expect((await hook("publish_done", newStreamKey(systemRandom))).status).toBe(204);
  await Bun.sleep(1);
  expect(asked).toEqual({ store: wrongMax, audits: 1 });
  expect(await outcome("bad_stream_key")).toBe(before.wrong + wrongMax);
  expect(await outcome("rate_limited")).toBe(before.limited + 20);
});

test("a broadcast that this server forwards is refused at its own ingest, and one of another server is not", async () => {
  const { hook, calls, answer } = hooks();
  answer();
  const forwardedBy = (keyName: string) =>
    hook("publish", KEY, `&flashver=${encodeURIComponent(forwarderName(keyName))}`);
  expect((await forwardedBy(OURS)).status).toBe(403);
  expect(calls).toEqual([]);
  expect((await forwardedBy("f".repeat(16))).status).toBe(302);
  expect(calls.length).toBe(1);
});
