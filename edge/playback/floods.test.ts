// Beginnings of playback and requests of visitors while the edge is flooded, on real PostgreSQL and Redis.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { solve } from "../client/proof.ts";
import { Floods } from "../gateway/floods/floods.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";

let edge: TestEdge;
let late: TestEdge;
let ada: TestUser;
const lag = { lagMs: 0 };
beforeAll(async () => {
  edge = await testEdge({ config: { challenge: { mode: "on", beginningsPerS: 0, lagMs: 0 } } });
  ada = await edge.register("ada_floods");
  const { world, auth } = edge;
  const config = { ...world.config, challenge: { mode: "off" as const, beginningsPerS: 0, lagMs: 0 }, shedLagMs: 500 };
  const floods = new Floods({ ...world, config }, { lag, keys: auth.keys, counts: { ask: async () => null } });
  late = await testEdge({ floods, clock: systemClock });
});
afterAll(async () => {
  await late.close();
  await edge.close();
});

const PATH = "/api/v1/channels/ada_floods/playback";
const play = (json: unknown, options: { token?: string; from?: string } = {}) =>
  edge.ask("POST", PATH, { json, ...options });

test("a visitor proves work once, from their own address", async () => {
  const from = "192.0.2.7";
  const refused = await play({}, { from });
  expect([refused.status, refused.body.code]).toEqual([403, "proof_required"]);
  const { challenge, bits } = refused.body.challenge as { challenge: string; bits: number };
  const proof = { challenge, solution: await solve(challenge, bits, async () => {}) };
  expect((await play({ proof }, { from: "192.0.2.8" })).body.code).toBe("proof_required");
  expect((await play({ proof }, { from })).status).toBe(201);
  expect((await play({ proof }, { from })).body.code).toBe("proof_required");
  expect((await play({ proof: { challenge } }, { from })).body.code).toBe("validation_failed");
});

test("the signed-in prove nothing", async () => {
  expect((await play({}, { token: ada.token })).status).toBe(201);
});

test("while the loop is late, requests of visitors are refused first and beginnings of playback last", async () => {
  const zoe = await late.register("zoe_floods");
  const path = "/api/v1/channels/zoe_floods";
  const at = async (lagMs: number) => {
    lag.lagMs = lagMs;
    const [read, begun, signedIn, health, signIn] = await Promise.all([
      late.ask("GET", path),
      late.ask("POST", `${path}/playback`, { json: {} }),
      late.ask("GET", path, { token: zoe.token }),
      late.ask("GET", "/healthz"),
      late.ask("POST", "/api/v1/auth/login", { json: { login: zoe.login, password: zoe.password } }),
    ]);
    expect([signedIn.status, health.status, signIn.status]).toEqual([200, 200, 200]);
    if (read.status === 503) expect(read.headers.get("retry-after")).toBe("5");
    return [read.status, begun.status];
  };
  expect(await at(0)).toEqual([200, 201]);
  expect(await at(500)).toEqual([503, 201]);
  expect(await at(2_000)).toEqual([503, 503]);
  expect(await at(0)).toEqual([200, 201]);
});
