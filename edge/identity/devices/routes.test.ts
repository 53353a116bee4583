// Devices over HTTP: the list, and signing out one device from another.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type TestEdge, type TestUser, testEdge } from "../../testing.ts";
import { deviceName } from "./device-name.ts";

let edge: TestEdge;
beforeAll(async () => {
  edge = await testEdge();
});
afterAll(() => edge.close());

interface Device {
  id: string;
  device: string;
  address: string;
  method: string;
  createdAt: string;
  lastUsedAt: string;
  current: boolean;
}

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const devices = async (token: string) =>
  (await edge.ask("GET", "/api/v1/me/sessions", { token })).body.items as unknown as Device[];
const login = async ({ login, password }: TestUser, userAgent = "", from = "192.0.2.1") => {
  const answer = await edge.ask("POST", "/api/v1/auth/login", {
    json: { login, password },
    headers: { "user-agent": userAgent },
    from,
  });
  return { token: answer.body.accessToken as string, refreshToken: answer.refreshToken! };
};
const end = (id: string, token: string) => edge.ask("DELETE", `/api/v1/me/sessions/${id}`, { token });

test("each sign-in is a device; the last used is first, and the asking one marked", async () => {
  const user = await edge.register();
  const other = await login(user, FIREFOX, "192.0.2.7");
  const [newest, oldest, ...more] = await devices(user.token);
  expect(more).toEqual([]);
  expect(newest).toEqual({
    id: expect.any(String),
    device: "Firefox on Linux",
    userAgent: FIREFOX,
    address: "192.0.2.7",
    method: "password",
    createdAt: expect.stringMatching(/^20\d\d-.*Z$/),
    lastUsedAt: newest!.createdAt,
    current: false,
  } as unknown as Device);
  expect(oldest!.current).toBe(true);
  expect((await devices(other.token)).map(({ current }) => current)).toEqual([true, false]);
});

test("a refresh updates the device's last time and address", async () => {
  const user = await edge.register();
  await login(user, FIREFOX);
  const refreshed = await edge.ask("POST", "/api/v1/auth/refresh", {
    json: { refreshToken: user.refreshToken },
    from: "192.0.2.99",
  });
  const [first] = await devices(refreshed.body.accessToken as string);
  expect(first).toMatchObject({ current: true, address: "192.0.2.99" });
  expect(first!.lastUsedAt > first!.createdAt).toBe(true);
});

test("signing a device out voids its tokens and no others", async () => {
  const user = await edge.register();
  const other = await login(user);
  const [target] = (await devices(user.token)).filter(({ current }) => !current);
  expect((await end(target!.id, user.token)).status).toBe(204);
  expect((await edge.ask("GET", "/api/v1/me", { token: other.token })).body.code).toBe("not_signed_in");
  const refreshed = await edge.ask("POST", "/api/v1/auth/refresh", { json: { refreshToken: other.refreshToken } });
  expect(refreshed.body.code).toBe("not_signed_in");
  expect(await devices(user.token)).toHaveLength(1);
  expect((await end(target!.id, user.token)).status).toBe(404);
});

test("another user's device is not found, and stays signed in", async () => {
  const [ada, bob] = [await edge.register(), await edge.register()];
  const [device] = await devices(ada.token);
  const hidden = await end(device!.id, bob.token);
  const absent = await end(crypto.randomUUID(), bob.token);
  expect({ ...hidden.body, requestId: "" }).toEqual({ ...absent.body, requestId: "" });
  expect([hidden.status, hidden.body.code]).toEqual([404, "not_found"]);
  expect(await devices(ada.token)).toHaveLength(1);
});

test.each(["1", "%27%20OR%201=1--", "..%2f", "x".repeat(300)])("the id %s is not found", async (id) => {
  const { token } = await edge.register();
  expect((await end(id, token)).status).toBe(404);
});

test("devices that were signed out or have expired are not listed", async () => {
  const user = await edge.register();
  const other = await login(user);
  await edge.world.database.sql`
    UPDATE sign_ins SET expires_at = now() - interval '1 s' WHERE user_id = ${user.userId} AND method = 'password'
      AND id <> (SELECT id FROM sign_ins WHERE user_id = ${user.userId} ORDER BY created_at LIMIT 1)`;
  expect(await devices(user.token)).toHaveLength(1);
  expect(other.token).toBeString();
});

test("of more than a hundred devices the least recently used are signed out, so that the list is complete", async () => {
  const user = await edge.register();
  const { sql } = edge.world.database;
  await sql`
    INSERT INTO sign_ins (id, user_id, token_hash, expires_at, last_used_at)
    SELECT gen_random_uuid(), ${user.userId}, sha256(n::text::bytea || ${user.userId}::text::bytea), now() + interval '1 day', now() - n * interval '1 min'
    FROM generate_series(1, 120) AS n`;
  const { token } = await login(user);
  expect(await devices(token)).toHaveLength(100);
  const [left] = await sql`SELECT count(*)::int AS count FROM sign_ins WHERE user_id = ${user.userId}`;
  expect(left!.count).toBe(100);
});

describe("a device's name", () => {
  test.each([
    [FIREFOX, "Firefox on Linux"],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
      "Chrome on Windows",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0",
      "Edge on Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
      "Safari on iPhone",
    ],
    [
      "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
      "Chrome on Android",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
      "Safari on macOS",
    ],
    ["curl/8.5.0", "curl/8.5.0"],
    ["", "unknown"],
    ["<script>alert(1)</script>", "unknown"],
  ])("%s", (userAgent, name) => {
    expect(deviceName(userAgent)).toBe(name);
  });
});
