// A token that is revoked at one edge is void at the others: at once by the bus, within seconds by the table if the bus is away.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { ManualClock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { MemoryHub } from "#runtime/bus/bus-memory.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { patient } from "#schema/testing-slowness.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { type TestEdge, type TestUser, testEdge } from "../../testing.ts";
import { createRevocations } from "./revocations.ts";

const WITHIN_MS = patient(5_000);
const hub = new MemoryHub(systemClock);
const [busOfOne, busOfTwo] = [hub.connect(), hub.connect()];
let database: TestDatabase;
let one: TestEdge;
let two: TestEdge;

beforeAll(async () => {
  database = await testDatabase();
  const shared = { database: { ...database, drop: async () => {} } };
  one = await testEdge({ ...shared, bus: busOfOne });
  two = await testEdge({ ...shared, bus: busOfTwo });
});
afterAll(async () => {
  await one.close();
  await two.close();
  await database.drop();
});

const meAt = async (edge: TestEdge, token: string) => {
  const { status, body } = await edge.ask("GET", "/api/v1/me", { token });
  return status === 200 ? "served" : body.code;
};
const post = (edge: TestEdge, path: string, json: unknown) => edge.ask("POST", `/api/v1/auth/${path}`, { json });
const signIn = async (edge: TestEdge, { login, password }: TestUser) => {
  const answer = await post(edge, "login", { login, password });
  return { token: answer.body.accessToken as string, refreshToken: answer.refreshToken! };
};

/** Time until the other edge refuses; fails after 5 s. */
async function voidAfterMs(edge: TestEdge, token: string) {
  const startMs = performance.now();
  for (;;) {
    if ((await meAt(edge, token)) !== "served") return performance.now() - startMs;
    if (performance.now() - startMs > WITHIN_MS) throw new Error("still served");
    await Bun.sleep(20);
  }
}

async function signedInAtBoth() {
  const user = await one.register();
  for (const edge of [one, two]) expect(await meAt(edge, user.token)).toBe("served");
  return user;
}

describe.each([
  ["by the bus, within 500 ms", true, patient(500)],
  ["by the table while the bus is away, within 5 s", false, WITHIN_MS],
])("%s", (_, connected, limitMs) => {
  beforeAll(() => (connected ? busOfTwo.mend() : busOfTwo.cut()));
  afterAll(() => busOfTwo.mend());

  test("signing out voids the device's access token at the other edge, and no other device's", async () => {
    const user = await signedInAtBoth();
    const other = await signIn(two, user);
    expect((await post(one, "logout", { refreshToken: user.refreshToken })).status).toBe(204);
    expect(await meAt(one, user.token)).toBe("not_signed_in");
    expect(await voidAfterMs(two, user.token)).toBeLessThan(limitMs);
    expect(await meAt(two, other.token)).toBe("served");
  });

  test("signing out everywhere voids all tokens; a sign-in right afterwards works everywhere", async () => {
    const user = await signedInAtBoth();
    const other = await signIn(two, user);
    expect((await post(one, "logout-all", { refreshToken: user.refreshToken })).status).toBe(204);
    const anew = await signIn(one, user);
    for (const { token } of [user, other]) expect(await voidAfterMs(two, token)).toBeLessThan(limitMs);
    for (const edge of [one, two]) expect(await meAt(edge, anew.token)).toBe("served");
  });

  test("a change of the user voids earlier tokens, and a refreshed one has the change", async () => {
    const user = await signedInAtBoth();
    await one.world.database.sql`UPDATE users SET role = 'admin' WHERE id = ${user.userId}`;
    await one.auth.revocations.revoke(user.userId);
    expect(await meAt(one, user.token)).toBe("token_expired");
    expect(await voidAfterMs(two, user.token)).toBeLessThan(limitMs);
    const { body } = await post(two, "refresh", { refreshToken: user.refreshToken });
    expect(await two.auth.tokens.verify(body.accessToken as string)).toMatchObject({ role: "admin" });
    for (const edge of [one, two]) expect(await meAt(edge, body.accessToken as string)).toBe("served");
  });

  test("a reused refresh token voids the thief's access token with the family", async () => {
    const user = await signedInAtBoth();
    const second = await post(two, "refresh", { refreshToken: user.refreshToken });
    const third = await post(two, "refresh", { refreshToken: second.refreshToken });
    expect((await post(one, "refresh", { refreshToken: user.refreshToken })).body.code).toBe("token_reused");
    expect(await voidAfterMs(two, third.body.accessToken as string)).toBeLessThan(limitMs);
  });

  test("a deleted personal access token is void, even if it is cached", async () => {
    const user = await signedInAtBoth();
    const made = await one.ask("POST", "/api/v1/me/tokens", {
      token: user.token,
      json: { name: "bot", scopes: ["profile:read"] },
    });
    const { id, token } = made.body as { id: string; token: string };
    expect(await meAt(two, token)).toBe("served");
    expect((await one.ask("DELETE", `/api/v1/me/tokens/${id}`, { token: user.token })).status).toBe(204);
    expect(await meAt(one, token)).toBe("not_signed_in");
    expect(await voidAfterMs(two, token)).toBeLessThan(limitMs);
  });
});

test("an edge that starts knows earlier revocations", async () => {
  const user = await signedInAtBoth();
  await post(one, "logout", { refreshToken: user.refreshToken });
  const third = await testEdge({ database: { ...database, drop: async () => {} } });
  expect(await voidAfterMs(third, user.token)).toBeLessThan(WITHIN_MS);
  await third.close();
});

describe("in memory", () => {
  const who = (over: object = {}) => ({
    userId: crypto.randomUUID(),
    deviceId: crypto.randomUUID(),
    tokenId: null,
    issuedAtMs: systemClock.wallMs(),
    ...over,
  });
  const make = (clock = new ManualClock(systemClock.wallMs())) => {
    const bus = new MemoryHub(clock).connect();
    const { sql } = database.database;
    return {
      clock,
      bus,
      revocations: createRevocations({ sql, bus, clock, log: createLog({ name: "t", level: "silent" }) }),
    };
  };

  test("revoking nothing does nothing", async () => {
    const { revocations } = make();
    await revocations.revoke();
    expect(revocations.validity(who())).toBe("valid");
    revocations.stop();
  });

  test("malformed entries of a message are ignored", async () => {
    const { bus, revocations, clock } = make();
    const ada = who();
    const atMs = systemClock.wallMs() + 1_000;
    for (const body of [null, 7, "x", {}, [null], [{}], [{ subject: 1, atMs }], [{ subject: "not an id", atMs }]])
      bus.publish(subjects.revoked, body);
    bus.publish(subjects.revoked, [{ subject: ada.userId }, { subject: ada.deviceId, atMs, more: 1 }]);
    await clock.settle();
    expect(revocations.validity(ada)).toBe("ended");
    expect(revocations.validity(who())).toBe("valid");
    revocations.stop();
  });

  test("a revocation is dropped when its tokens have expired, so memory does not grow", async () => {
    const { bus, revocations, clock } = make();
    const ada = who();
    bus.publish(subjects.revoked, [{ subject: ada.deviceId, atMs: systemClock.wallMs() }]);
    await clock.settle();
    clock.advance(16 * 60_000);
    await revocations.refresh();
    expect(revocations.validity(ada)).toBe("ended");
    clock.advance(5 * 60_000);
    await revocations.refresh();
    expect(revocations.validity(ada)).toBe("valid");
    revocations.stop();
  });

  test("an older revocation does not replace a newer one", async () => {
    const { bus, revocations, clock } = make();
    const nowMs = systemClock.wallMs();
    const ada = who({ issuedAtMs: nowMs - 500 });
    bus.publish(subjects.revoked, [{ subject: ada.userId, atMs: nowMs }]);
    bus.publish(subjects.revoked, [{ subject: ada.userId, atMs: nowMs - 1_000 }]);
    await clock.settle();
    expect(revocations.validity(ada)).toBe("stale");
    expect(revocations.validity({ ...ada, issuedAtMs: nowMs + 0.5 })).toBe("valid");
    revocations.stop();
  });
});
