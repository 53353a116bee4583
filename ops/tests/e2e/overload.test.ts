// What a real edge refuses after its event loop stood still, and what it serves all the same.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const STANDS_MS = 1_500;
let system: TestSystem;
let token: string;
beforeAll(async () => {
  system = await bootSystem({ env: { SHED_LAG_MS: "200" } });
  const json = { login: "overload", email: "overload@example.org", password: "a long password of tests" };
  const response = await fetch(`${system.url}/api/v1/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(json),
  });
  token = ((await response.json()) as { accessToken: string }).accessToken;
}, patient(60_000));
afterAll(() => system?.stop());

const get = (path: string, headers: Record<string, string> = {}) => fetch(system.url + path, { headers });

/** Stops the whole process, as a machine without processor time does. */
async function standStill(pid: number) {
  await get("/api/v1/channels"); // The lag is measured while somebody asks.
  process.kill(pid, "SIGSTOP");
  await Bun.sleep(STANDS_MS);
  process.kill(pid, "SIGCONT");
  await Bun.sleep(30);
}

test(
  "an edge whose loop stood still refuses visitors with a time, serves all others, and lets visitors in again",
  async () => {
    await standStill(system.pidOf("edge-1"));
    const [visitor, begun, signedIn, health, hooks] = await Promise.all([
      get("/api/v1/channels"),
      get("/live/overload/index.m3u8"),
      get("/api/v1/me", { authorization: `Bearer ${token}` }),
      get("/healthz"),
      fetch(`${system.internalUrl("edge-1")}/metrics`),
    ]);
    expect([visitor.status, visitor.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await visitor.json()).toMatchObject({ code: "busy" });
    expect(begun.status).toBe(503);
    expect([signedIn.status, health.status, hooks.status]).toEqual([200, 200, 200]);
    await until("visitors to be let in", async () => (await get("/api/v1/channels")).ok, { withinMs: 10_000 });
    const metrics = await (await fetch(`${system.internalUrl("edge-1")}/metrics`)).text();
    for (const kind of ["requests", "playback"])
      expect(Number(new RegExp(`^shed_total\\{kind="${kind}"\\} (\\d+)$`, "m").exec(metrics)?.[1])).toBeGreaterThan(0);
  },
  patient(60_000),
);
