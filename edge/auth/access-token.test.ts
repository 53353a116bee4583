// Access tokens against those who make their own.

import { describe, expect, test } from "bun:test";
import { createHmac, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { ManualClock } from "#runtime/clock.ts";
import { systemRandom } from "#runtime/random.ts";
import { TEST_SECRET } from "../testing.ts";
import { ACCESS_TOKEN_MS, createAccessTokens } from "./access-token.ts";

const clock = new ManualClock(Date.UTC(2026, 10, 22));
const tokens = createAccessTokens({ secret: TEST_SECRET, clock, random: systemRandom });
const who = {
  userId: crypto.randomUUID(),
  login: "ada",
  displayName: "Ada",
  role: "user",
  signInId: crypto.randomUUID(),
} as const;
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const nowS = () => Math.floor(clock.wallMs() / 1_000);

const claims = (extra: object = {}) => ({
  iss: "twitchclone",
  aud: "twitchclone/api",
  sub: who.userId,
  jti: "1",
  iat: nowS(),
  exp: nowS() + 600,
  login: "ada",
  name: "Ada",
  role: "user",
  sid: who.signInId,
  ...extra,
});

function forge(header: object, payload: object, secret: string | null = TEST_SECRET) {
  const text = `${part(header)}.${part(payload)}`;
  return `${text}.${secret === null ? "" : createHmac("sha256", secret).update(text).digest("base64url")}`;
}

test("a token says who, for 15 minutes, and after that that it is expired", async () => {
  const { accessToken, expiresInMs } = await tokens.issue(who);
  expect(expiresInMs).toBe(900_000);
  expect(await tokens.verify(accessToken)).toEqual({ ...who, expiresAtMs: clock.wallMs() + ACCESS_TOKEN_MS });
  clock.advance(ACCESS_TOKEN_MS - 1);
  expect(await tokens.verify(accessToken)).toMatchObject({ userId: who.userId });
  clock.advance(1);
  expect(await tokens.verify(accessToken)).toBe("expired");
});

test("the forge of this test makes good tokens, so what follows is refused for its reason", async () => {
  expect(await tokens.verify(forge({ alg: "HS256" }, claims()))).toMatchObject({ login: "ada" });
});

describe("refused", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const rs256 = () => {
    const text = `${part({ alg: "RS256" })}.${part(claims())}`;
    return `${text}.${signBytes("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
  };
  test.each<[string, () => string]>([
    ["alg none", () => forge({ alg: "none" }, claims(), null)],
    ["alg None with a signature", () => forge({ alg: "None" }, claims())],
    ["alg HS512 with an HS256 signature", () => forge({ alg: "HS512" }, claims())],
    ["RS256", rs256],
    ["another secret", () => forge({ alg: "HS256" }, claims(), "another secret of the same sort of length")],
    ["no secret", () => forge({ alg: "HS256" }, claims(), "")],
    ["a key id that is a path", () => forge({ alg: "HS256", kid: "../../dev/null" }, claims(), "")],
    ["a key by address", () => forge({ alg: "HS256", jku: "http://evil.example/keys" }, claims(), "x")],
    ["unknown critical headers", () => forge({ alg: "HS256", crit: ["exp"] }, claims())],
    ["another audience", () => forge({ alg: "HS256" }, claims({ aud: "somebody else" }))],
    ["another issuer", () => forge({ alg: "HS256" }, claims({ iss: "somebody else" }))],
    ["no end", () => forge({ alg: "HS256" }, claims({ exp: undefined }))],
    ["an end that is text", () => forge({ alg: "HS256" }, claims({ exp: "9999999999" }))],
    ["not yet valid", () => forge({ alg: "HS256" }, claims({ nbf: nowS() + 1e9 }))],
    ["a role of its own", () => forge({ alg: "HS256" }, claims({ role: "god" }))],
    ["no subject", () => forge({ alg: "HS256" }, claims({ sub: undefined }))],
    ["100 KB", () => forge({ alg: "HS256" }, claims({ pad: "x".repeat(100_000) }))],
    ["nothing", () => ""],
    ["no dots", () => "abc"],
  ])("%s", async (_, make) => {
    expect(await tokens.verify(make())).toBe("bad");
  });

  test("a changed byte of a remembered token", async () => {
    const { accessToken } = await tokens.issue(who);
    expect(await tokens.verify(accessToken)).toMatchObject(who);
    const at = accessToken.indexOf(".") + 5;
    const changed = accessToken.slice(0, at) + (accessToken[at] === "A" ? "B" : "A") + accessToken.slice(at + 1);
    expect(await tokens.verify(changed)).toBe("bad");
  });

  test("an expired one is told from a bad one only with a good signature", async () => {
    expect(await tokens.verify(forge({ alg: "HS256" }, claims({ exp: nowS() - 1 })))).toBe("expired");
    expect(await tokens.verify(forge({ alg: "HS256" }, claims({ exp: nowS() - 1 }), "x"))).toBe("bad");
  });
});
