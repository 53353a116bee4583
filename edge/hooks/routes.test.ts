// What nginx-rtmp hears when the house behind the hook is slow.

import { expect, test } from "bun:test";
import type { Caller, CallOptions } from "#runtime/caller.ts";
import { ManualClock } from "#runtime/clock.ts";
import { createLog } from "#runtime/log.ts";
import type { Database } from "#schema/database.ts";
import { durations, failures } from "./metrics.ts";
import { hookRoutes } from "./routes.ts";

const log = createLog({ name: "test", level: "silent" });

function hooks() {
  const clock = new ManualClock();
  const rows = Promise.withResolvers<unknown[]>();
  const calls: (CallOptions | undefined)[] = [];
  const call = async (_kind: string, _key: string, _message: unknown, options?: CallOptions) => {
    calls.push(options);
    return { publicName: "public" };
  };
  const database = { sql: () => rows.promise } as unknown as Database;
  const routes = hookRoutes({ caller: { call } as unknown as Caller, clock, database, log });
  const publish = () =>
    routes.handle(
      new Request("http://edge/hooks/rtmp/publish?ingest=main&boot=b", { method: "POST", body: "clientid=1&name=KEY" }),
    );
  return { clock, publish, calls, answer: () => rows.resolve([{ channelId: "c", userId: "u", login: "ada" }]) };
}

test("a publish that nginx has given up takes no effect, however late the database answers", async () => {
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

test("the channel has what is left of the time", async () => {
  const { clock, publish, calls, answer } = hooks();
  const response = publish();
  for (let i = 0; i < 20 && clock.waiting === 0; i++) await Bun.sleep(1);
  await clock.settle(3_000, 100);
  answer();
  expect((await response).status).toBe(302);
  expect(calls).toEqual([{ timeoutMs: 700, id: "publish main/b/1" }]);
});

test("a hook that we could not decide counts as our failure, and how long it took is told", async () => {
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
