// Access tokens, and attempts to forge them.

import { describe, expect, test } from "bun:test";
import { createHmac, createPublicKey, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { ManualClock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { TEST_SECRET } from "../../testing.ts";
import { ACCESS_TOKEN_MS, createAccessTokens } from "./access-token.ts";
import { createKeyRing, type KeyRing } from "./key-ring.ts";

const clock = new ManualClock(Date.UTC(2026, 10, 22));
const keys = createKeyRing({ secret: TEST_SECRET });
const validity = () => "valid" as const;
const unexpected = () => Promise.reject(new Error("no personal token was expected"));
const personalTokens = { verify: unexpected, revokedUserOf: unexpected };
const tokensOf = (ring: KeyRing) =>
  createAccessTokens({ keys: ring, clock, random: systemRandom, revocations: { validity }, personalTokens });
const tokens = tokensOf(keys);
const who = {
  userId: crypto.randomUUID(),
  login: "ada",
  displayName: "Ada",
  role: "user",
  deviceId: crypto.randomUUID(),
  issuedAtMs: clock.wallMs() + 0.25,
} as const;
const SECRET = keys.current.derive("access-token");
const kid = keys.current.kid;

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
  sid: who.deviceId,
  at: who.issuedAtMs,
  ...extra,
});

function forge(header: object, payload: object, secret: string | Uint8Array | null = SECRET) {
  const text = `${part({ typ: "JWT", kid, ...header })}.${part(payload)}`;
  return `${text}.${secret === null ? "" : createHmac("sha256", secret).update(text).digest("base64url")}`;
}

test("a token identifies its user for 15 minutes, then it is expired", async () => {
  const { accessToken, expiresInMs } = await tokens.issue(who);
  expect(expiresInMs).toBe(900_000);
  expect(await tokens.verify(accessToken)).toEqual({
    ...who,
    tokenId: null,
    scopes: null,
    expiresAtMs: clock.wallMs() + ACCESS_TOKEN_MS,
  });
  clock.advance(ACCESS_TOKEN_MS - 1);
  expect(await tokens.verify(accessToken)).toMatchObject({ userId: who.userId });
  clock.advance(1);
  expect(await tokens.verify(accessToken)).toBe("expired");
});

test("the forger of this test makes valid tokens, so the following ones are refused for the tested reason", async () => {
  expect(await tokens.verify(forge({ alg: "HS256" }, claims()))).toMatchObject({ login: "ada" });
});

describe("refused", () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const rs256 = () => {
    const text = `${part({ alg: "RS256", typ: "JWT", kid })}.${part(claims())}`;
    return `${text}.${signBytes("sha256", Buffer.from(text), privateKey).toString("base64url")}`;
  };
  const publicKey = createPublicKey(privateKey).export({ type: "spki", format: "pem" }).toString();
  test.each<[string, () => string]>([
    ["alg none", () => forge({ alg: "none" }, claims(), null)],
    ["alg None with a signature", () => forge({ alg: "None" }, claims())],
    ["alg HS512 with an HS256 signature", () => forge({ alg: "HS512" }, claims())],
    ["RS256", rs256],
    ["HS256 with a public key for a secret", () => forge({ alg: "HS256" }, claims(), publicKey)],
    ["another secret", () => forge({ alg: "HS256" }, claims(), "another secret of the same sort of length")],
    ["the server's secret itself", () => forge({ alg: "HS256" }, claims(), TEST_SECRET)],
    ["the key of another purpose", () => forge({ alg: "HS256" }, claims(), keys.current.derive("totp-secret"))],
    ["no secret", () => forge({ alg: "HS256" }, claims(), "")],
    ["no key id", () => forge({ alg: "HS256", kid: undefined }, claims())],
    ["a key id that is a path", () => forge({ alg: "HS256", kid: "../../dev/null" }, claims(), "")],
    ["a key id that is SQL", () => forge({ alg: "HS256", kid: `${kid}' OR '1'='1` }, claims())],
    ["a key id of the object's own", () => forge({ alg: "HS256", kid: "__proto__" }, claims(), "")],
    ["a key id that is a list", () => forge({ alg: "HS256", kid: [kid] }, claims())],
    ["a key by address", () => forge({ alg: "HS256", jku: "http://evil.example/keys" }, claims())],
    ["a key it brings along", () => forge({ alg: "HS256", jwk: { kty: "oct", k: "eA" } }, claims(), "x")],
    ["a certificate by address", () => forge({ alg: "HS256", x5u: "http://evil.example/c" }, claims())],
    ["unknown critical headers", () => forge({ alg: "HS256", crit: ["exp"] }, claims())],
    ["another type", () => forge({ alg: "HS256", typ: "at+jwt" }, claims())],
    ["another audience", () => forge({ alg: "HS256" }, claims({ aud: "somebody else" }))],
    ["another issuer", () => forge({ alg: "HS256" }, claims({ iss: "somebody else" }))],
    ["no end", () => forge({ alg: "HS256" }, claims({ exp: undefined }))],
    ["an end that is text", () => forge({ alg: "HS256" }, claims({ exp: "9999999999" }))],
    ["an end in a year", () => forge({ alg: "HS256" }, claims({ exp: nowS() + 365 * 86_400 }))],
    ["an end that never comes", () => forge({ alg: "HS256" }, claims({ exp: 1e308 }))],
    ["issued in an hour", () => forge({ alg: "HS256" }, claims({ at: clock.wallMs() + 3_600_000 }))],
    ["no time of issue", () => forge({ alg: "HS256" }, claims({ at: undefined }))],
    ["no name of its own", () => forge({ alg: "HS256" }, claims({ jti: undefined }))],
    ["not yet valid", () => forge({ alg: "HS256" }, claims({ nbf: nowS() + 1e9 }))],
    ["a role of its own", () => forge({ alg: "HS256" }, claims({ role: "god" }))],
    ["no subject", () => forge({ alg: "HS256" }, claims({ sub: undefined }))],
    ["100 KB", () => forge({ alg: "HS256" }, claims({ pad: "x".repeat(100_000) }))],
    ["nothing", () => ""],
    ["no dots", () => "abc"],
  ])("%s", async (_, make) => {
    expect(await tokens.verify(make())).toBe("bad");
  });

  test("a changed byte of a cached token", async () => {
    const { accessToken } = await tokens.issue(who);
    expect(await tokens.verify(accessToken)).toMatchObject(who);
    const at = accessToken.indexOf(".") + 5;
    const changed = accessToken.slice(0, at) + (accessToken[at] === "A" ? "B" : "A") + accessToken.slice(at + 1);
    expect(await tokens.verify(changed)).toBe("bad");
  });

  test("expired is answered only for a valid signature", async () => {
    expect(await tokens.verify(forge({ alg: "HS256" }, claims({ exp: nowS() - 1 })))).toBe("expired");
    expect(await tokens.verify(forge({ alg: "HS256" }, claims({ exp: nowS() - 1 }), "x"))).toBe("bad");
  });
});

describe("when the server's secret changes", () => {
  const next = "the secret that will be used from tomorrow on";
  const before = tokens;
  const announced = tokensOf(createKeyRing({ secret: TEST_SECRET, accepted: [next] }));
  const after = tokensOf(createKeyRing({ secret: next, accepted: [TEST_SECRET] }));
  const done = tokensOf(createKeyRing({ secret: next }));

  test("tokens of both keys are accepted while both are known, at edges before and after the change", async () => {
    const old = (await announced.issue(who)).accessToken;
    const young = (await after.issue(who)).accessToken;
    for (const edge of [announced, after])
      for (const token of [old, young]) expect(await edge.verify(token)).toMatchObject({ userId: who.userId });
  });

  test("new tokens are signed with the current key only", async () => {
    expect(await before.verify((await announced.issue(who)).accessToken)).toMatchObject({ userId: who.userId });
    expect(await done.verify((await after.issue(who)).accessToken)).toMatchObject({ userId: who.userId });
    expect(await before.verify((await after.issue(who)).accessToken)).toBe("bad");
  });

  test("a token of a removed key is refused, even with its name on another signature", async () => {
    expect(await done.verify((await before.issue(who)).accessToken)).toBe("bad");
    const newKid = createKeyRing({ secret: next }).current.kid;
    expect(newKid).not.toBe(kid);
    expect(await after.verify(forge({ alg: "HS256", kid: newKid }, claims()))).toBe("bad");
  });
});
