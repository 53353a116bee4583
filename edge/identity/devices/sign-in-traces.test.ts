import { afterAll, beforeAll, expect, test } from "bun:test";
import { createLog } from "#runtime/base/log.ts";
import { TEST_SECRET, type TestEdge, type TestUser, testEdge } from "../../testing.ts";
import { createKeyRing } from "../tokens/key-ring.ts";
import { createSignInTraces } from "./sign-in-traces.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

let edge: TestEdge;
beforeAll(async () => {
  edge = await testEdge();
});
afterAll(() => edge.close());

interface Trace {
  address: string;
  device: string;
}

const tracesOf = ({ userId }: TestUser) =>
  edge.world.database.sql<Trace[]>`
    SELECT encode(address_hash, 'hex') AS address, encode(device_hash, 'hex') AS device FROM sign_in_traces
    WHERE user_id = ${userId} ORDER BY seen_at`;

const signIn = ({ login, password }: TestUser, from: string, userAgent = FIREFOX) =>
  edge.ask("POST", "/api/v1/auth/login", { json: { login, password }, headers: { "user-agent": userAgent }, from });

test("sign-ins and refreshes leave a trace of address and browser, the same one for the same of both", async () => {
  const user = await edge.register();
  const { refreshToken } = await signIn(user, "192.0.2.7");
  await signIn(user, "192.0.2.7");
  await signIn(user, "192.0.2.7", "another");
  await edge.ask("POST", "/api/v1/auth/refresh", {
    json: { refreshToken },
    headers: { "user-agent": FIREFOX },
    from: "192.0.2.8",
  });
  const [, first, second, third, ...more] = await tracesOf(user);
  expect(more).toEqual([]);
  expect(second).toEqual({ address: first!.address, device: expect.not.stringMatching(first!.device) });
  expect(third).toEqual({ address: expect.not.stringMatching(first!.address), device: first!.device });
  expect(first!.address).toMatch(/^[0-9a-f]{32}$/);
});

test("two people at the same place with the same browser have the same trace; without a browser's name they have not", async () => {
  const [ada, bob] = [await edge.register(), await edge.register()];
  for (const user of [ada, bob]) await signIn(user, "2001:db8:1:2::3");
  await signIn(bob, "2001:db8:1:2::4", "");
  const [mine, theirs, nameless] = [(await tracesOf(ada))[1], ...(await tracesOf(bob)).slice(1)];
  expect(theirs).toEqual(mine!);
  // Of one /64.
  expect(nameless).toEqual({ address: mine!.address, device: expect.not.stringMatching(mine!.device) });
});

test("under another secret the same place has another hash; a database that is away keeps nobody out", async () => {
  const user = await edge.register();
  const request = new Request("http://edge.test/", { headers: { "user-agent": FIREFOX } });
  const origin = { request, requestId: "r", address: "192.0.2.9" };
  const log = createLog({ name: "test", level: "silent" });
  const { sql } = edge.world.database;
  for (const secret of [TEST_SECRET, `${TEST_SECRET}, changed`])
    await createSignInTraces({ sql, keys: createKeyRing({ secret }), log }).keep(user.userId, origin);
  const [, first, second] = await tracesOf(user);
  expect(second!.address).not.toBe(first!.address);
  const away = (() => Promise.reject(new Error("away"))) as unknown as typeof sql;
  await createSignInTraces({ sql: away, keys: createKeyRing({ secret: TEST_SECRET }), log }).keep(user.userId, origin);
});
