// A blocked address at a real edge, by the operator's tool.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { operatorVerb } from "../support/operator-verb.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const HONOURED_WITHIN_MS = 5_000;
let system: TestSystem;
beforeAll(async () => {
  // The test names the client's address as a balancer does.
  system = await bootSystem({ env: { TRUSTED_PROXIES: "127.0.0.1" } });
}, patient(60_000));
afterAll(() => system?.stop());

const from = (address: string) => ({ "x-forwarded-for": address });
const statusFor = async (address: string, path = "/") =>
  (await fetch(system.url + path, { headers: from(address) })).status;

test(
  "a blocked address is answered 403 within five seconds, its chat is closed, and its neighbour goes on",
  async () => {
    const json = { login: "blocked", email: "blocked@example.org", password: "a long password of tests" };
    const headers = { "content-type": "application/json" };
    await fetch(`${system.url}/api/v1/auth/register`, { method: "POST", headers, body: JSON.stringify(json) });
    const url = `${system.url.replace("http", "ws")}/api/v1/channels/blocked/chat`;
    const open = (address: string) => {
      const socket = new WebSocket(url, { headers: from(address) } as never);
      socket.onopen = () => socket.send('{"type":"hello"}');
      return socket;
    };
    const [its, neighbours] = [open("198.51.100.7"), open("198.51.101.7")];
    const closed = new Promise<number>((resolve) => {
      its.onclose = ({ code }) => resolve(code);
    });
    await Promise.all([its, neighbours].map((one) => new Promise((resolve) => (one.onmessage = resolve))));

    const said = await operatorVerb(system, "block", "198.51.100.0/24", "--hours", "1", "--reason", "a flood");
    expect(said.text).toContain("198.51.100.0/24 is blocked until");
    const isRefused = async () => (await statusFor("198.51.100.7")) === 403;
    await until("the block to be honoured", isRefused, { withinMs: patient(HONOURED_WITHIN_MS) });
    for (const path of ["/api/v1/channels", "/live/blocked/index.m3u8", "/healthz"])
      expect(await statusFor("198.51.100.8", path)).toBe(403);
    expect(await closed).toBe(4507);
    expect([await statusFor("198.51.101.7"), neighbours.readyState]).toEqual([200, WebSocket.OPEN]);
    neighbours.close();

    expect((await operatorVerb(system, "blocked")).text).toContain("by the operator: a flood");
    expect((await operatorVerb(system, "unblock", "198.51.100.0/24")).code).toBe(0);
    await until("it to be answered again", async () => !(await isRefused()), { withinMs: patient(HONOURED_WITHIN_MS) });
    expect((await operatorVerb(system, "unblock", "198.51.100.0/24")).code).toBe(1);
  },
  patient(60_000),
);
