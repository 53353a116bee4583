import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { createKeyRing } from "../tokens/key-ring.ts";
import { createFlows, FLOW_MS } from "./flow.ts";
import { logins } from "./link-account.ts";

const clock = new ManualClock();
const keys = createKeyRing({ secret: "a secret that only the tests know about" });
const flows = createFlows({ keys, clock, random, secure: true });
const withCookie = (line: string) => new Request("http://edge.test", { headers: { cookie: line.split(";")[0]! } });

test("a flow expires after ten minutes", () => {
  const flow = flows.begin({ provider: "home", link: null, returnTo: "/" });
  const request = withCookie(flows.cookie(flow));
  clock.advance(FLOW_MS - 1);
  expect(flows.read(request, flow.state)).toEqual(flow);
  clock.advance(1);
  expect(flows.read(request, flow.state)).toBeNull();
});

test("no two flows share a state, nonce or verifier", () => {
  const values = Array.from({ length: 50 }, () => flows.begin({ provider: "home", link: null, returnTo: "/" })).flatMap(
    ({ state, nonce, codeVerifier }) => [state, nonce, codeVerifier],
  );
  expect(new Set(values).size).toBe(150);
});

test("a flow survives a change of the server's secret while the old one is accepted", () => {
  const flow = flows.begin({ provider: "home", link: null, returnTo: "/" });
  const cookie = flows.cookie(flow);
  const secret = "another secret that only the tests know";
  const accepted = ["a secret that only the tests know about"];
  const after = (ring: Parameters<typeof createKeyRing>[0]) =>
    createFlows({ keys: createKeyRing(ring), clock, random, secure: true });
  expect(after({ secret, accepted }).read(withCookie(cookie), flow.state)).not.toBeNull();
  expect(after({ secret }).read(withCookie(cookie), flow.state)).toBeNull();
});

test("the cookie is Secure if the setting says so, and always HttpOnly", () => {
  const cookie = flows.cookie(flows.begin({ provider: "home", link: null, returnTo: "/" }));
  expect(cookie).toMatch(/; HttpOnly; Max-Age=600; Path=\/api\/v1\/auth\/oauth; SameSite=Lax; Secure$/);
  expect(cookie.length).toBeLessThan(4_096);
});

test.each([
  ["Ada Lovelace", "ada_lovelace"],
  ["ádä.löve@example.org", "ada_love"],
  ["x".repeat(60), "x".repeat(25)],
])("%p becomes the login %p", (nickname, login) => {
  expect([...logins(nickname, random)][0]).toBe(login);
});

test("registration would accept every proposed login", () => {
  for (const nickname of ["", "a", "ab", "日本", "___", "x".repeat(60), "Ada", "\u202eevil", "a".repeat(25)])
    for (const login of logins(nickname, random)) expect(login).toMatch(/^[a-z0-9_]{3,25}$/);
});
