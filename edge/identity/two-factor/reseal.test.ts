// A change of the server's secret, for users with two-factor.

import { expect, test } from "bun:test";
import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { type Clock, systemClock } from "#runtime/base/clock.ts";
import { testDatabase } from "#schema/testing.ts";
import { type TestEdge, testEdge } from "../../testing.ts";
import { resealTotpSecrets } from "./reseal.ts";

const OLD = "the secret that was used until this morning";
const NEW = "the secret that is used from this morning on";

test("two-factor secrets and devices survive a change of the server's secret after resealing", async () => {
  const database = await testDatabase();
  let aheadMs = 0;
  const clock: Clock = { ...systemClock, wallMs: () => systemClock.wallMs() + aheadMs };
  const edgeWith = (jwtSecret: string, ...jwtAcceptedSecrets: string[]) =>
    testEdge({ database: { ...database, drop: async () => {} }, clock, config: { jwtSecret, jwtAcceptedSecrets } });
  const reseal = ({ world, auth }: TestEdge) =>
    resealTotpSecrets({ sql: world.database.sql, sealing: auth.twoFactor.sealing, log: world.log });

  const before = await edgeWith(OLD);
  const user = await before.register();
  const ask = (edge: TestEdge, path: string, json: object) =>
    edge.ask("POST", `/api/v1/me/${path}`, { token: user.token, json });
  const secret = (await ask(before, "totp", {})).body.secret as string;
  const code = () =>
    generateHOTP(
      base32.decode(secret, { strict: false }) as Uint8Array<ArrayBuffer>,
      Math.floor(clock.wallMs() / 30_000),
    );
  await ask(before, "totp/confirm", { code: await code() });
  const login = async (edge: TestEdge) => {
    aheadMs += 30_000;
    const { login, password } = user;
    return (await edge.ask("POST", "/api/v1/auth/login", { json: { login, password, otp: await code() } })).status;
  };

  const during = await edgeWith(NEW, OLD);
  expect(await login(during)).toBe(200);
  expect(await login(before)).toBe(200);
  expect(await reseal(during)).toEqual({ resealed: 1, closed: 0 });
  expect(await reseal(during)).toEqual({ resealed: 0, closed: 0 });

  const after = await edgeWith(NEW);
  expect(await login(after)).toBe(200);
  const refreshed = await during.ask("POST", "/api/v1/auth/refresh", { json: { refreshToken: user.refreshToken } });
  const again = await after.ask("POST", "/api/v1/auth/refresh", { json: { refreshToken: refreshed.refreshToken } });
  expect([refreshed.status, again.status]).toEqual([200, 200]);

  // A key that was removed too early: logged, and nothing is lost.
  expect(await reseal(before)).toEqual({ resealed: 0, closed: 1 });
  expect(await login(after)).toBe(200);
  for (const edge of [before, during, after]) await edge.close();
  await database.drop();
});
