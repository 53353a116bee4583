import { expect, test } from "bun:test";
import { ManualClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { LogLevel } from "../base/log-level.ts";
import { answerLogLevel } from "./log-level-port.ts";

const log = createLog({ name: "test", level: "silent" });

test("the level is told, changed for a time, and comes back", async () => {
  const clock = new ManualClock();
  const level = new LogLevel("info");
  const ask = (init?: RequestInit) => answerLogLevel(new Request("http://node/log-level", init), { level, clock, log });
  const post = (body: unknown, type = "application/json") =>
    ask({ method: "POST", body: JSON.stringify(body), headers: { "content-type": type } });
  expect(await (await ask()).json()).toEqual({ level: "info", usual: "info" });
  expect(await (await post({ level: "debug", forMs: 60_000 })).json()).toEqual({ level: "debug", usual: "info" });
  clock.advance(60_000);
  expect(level.name).toBe("info");
  for (const wrong of [{}, { level: "loud", forMs: 1 }, { level: "debug" }, { level: "debug", forMs: 1e12 }, "x", null])
    expect((await post(wrong)).status).toBe(422);
  // What a form or a page of another site may send.
  expect((await post({ level: "debug", forMs: 1_000 }, "text/plain")).status).toBe(422);
  expect((await ask({ method: "DELETE" })).status).toBe(405);
  expect(level.name).toBe("info");
});
