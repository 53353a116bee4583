// Attacks on tokens.

import { createHmac, generateKeyPairSync } from "node:crypto";
import { SignJWT } from "jose";
import { createKeyRing } from "#edge/identity/tokens/key-ring.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { type Attack, mustHold } from "../attack.ts";
import { RawSocket } from "../raw-socket.ts";
import { type Member, refreshTokenOf, type Stage } from "../stage.ts";
import type { Tally } from "../tally.ts";

const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

export const tokenAttacks: Attack[] = [
  {
    id: "A-04",
    name: "forged and altered access tokens are refused, over HTTP and in a socket's hello",
    atLeast: 30,
    async run(stage, tally) {
      const { ask, system, anna, secrets } = stage;
      const faults: string[] = [];
      const forged = await forgeries(new DataFolder(system.data).secrets().jwtSecret, anna);
      for (const [name, token] of Object.entries(forged)) {
        if (token.length > 100 && token.length < 10_000) secrets.keep("forged token", token);
        const { status } = await ask(tally, "/api/v1/me", { token });
        const isRight = name === "right";
        if (isRight ? status !== 200 : ![400, 401, 413, 431].includes(status)) faults.push(`${name}: ${status}`);
        const close = await closeCodeOfHello(stage, tally, token);
        if (isRight ? close !== null : close === null || close < 1002) faults.push(`${name} in a hello: ${close}`);
      }
      for (const path of [`/api/v1/me?token=${anna.accessToken}`, `/api/v1/me?access_token=${anna.accessToken}`]) {
        const { status } = await ask(tally, path);
        if (status !== 401) faults.push(`a token in the query: ${status}`);
      }
      mustHold(faults);
      return `${Object.keys(forged).length - 1} forgeries`;
    },
  },
  {
    id: "A-05",
    name: "a reused old refresh token signs the device out; tabs that refresh at the same time stay signed in",
    atLeast: 20,
    async run({ ask, signUp, system, secrets }, tally) {
      const faults: string[] = [];
      const refresh = async (token: string, number = 1) => {
        const answer = await ask(tally, "/api/v1/auth/refresh", {
          method: "POST",
          base: system.edgeUrl(number),
          headers: { cookie: `refresh_token=${token}` },
        });
        const next = answer.status === 200 ? refreshTokenOf(answer.headers) : null;
        if (next) secrets.keep("refresh token", next);
        return { status: answer.status, code: answer.json?.code, next };
      };
      const { refreshToken: first } = await signUp();
      const tabs = await Promise.all(Array.from({ length: 10 }, (_, index) => refresh(first, 1 + (index % 2))));
      const successors = new Set(tabs.map(({ next }) => next));
      if (tabs.some(({ status }) => status !== 200)) faults.push(`tabs: ${tabs.map(({ status }) => status)}`);
      if (successors.size !== 1) faults.push(`ten tabs have ${successors.size} families`);
      const second = [...successors][0]!;
      const { next: third } = await refresh(second, 2);
      const { next: fourth } = await refresh(third!, 1);
      // A token stolen long ago is used on the other edge.
      const replayed = await refresh(first, 2);
      if (replayed.code !== "token_reused") faults.push(`a replay: ${replayed.status} ${replayed.code}`);
      for (const [name, token] of Object.entries({ first, second, third, fourth })) {
        const { status } = await refresh(token!, 1);
        if (status !== 401) faults.push(`the ${name} token after the replay: ${status}`);
      }
      for (const token of ["x".repeat(70), `${first.slice(0, -1)}A`, "", "%00"]) {
        const { status } = await refresh(token);
        if (status !== 401) faults.push(`a guessed token: ${status}`);
      }
      mustHold(faults);
      return undefined;
    },
  },
];

/** The close code; null when the socket was welcomed. */
async function closeCodeOfHello({ system, anna }: Stage, tally: Tally, token: string): Promise<number | null> {
  tally.sent();
  const path = `/api/v1/channels/${anna.login}/chat`;
  const raw = await RawSocket.open({ url: system.url, path, headers: { "x-forwarded-for": "198.51.100.3" } });
  raw.text(JSON.stringify({ type: "hello", token }));
  // A hello with a too long token is malformed; the third one closes the socket.
  if (token.length > 8_192) for (let times = 0; times < 2; times++) raw.text(JSON.stringify({ type: "hello", token }));
  const welcomed = (async () => {
    while (raw.closeCode === null && (raw.received.get(1) ?? 0) === 0) await Bun.sleep(5);
    await Bun.sleep(60);
    return raw.closeCode;
  })();
  const code = await Promise.race([welcomed, raw.closedWithin(5_000)]);
  raw.destroy();
  tally.answered(code === null ? "welcome" : `close ${code}`);
  return code;
}

/** `right` is made like the others and accepted, so the others fail only because of their own defect. */
async function forgeries(secret: string, { id, login }: Member): Promise<Record<string, string>> {
  const { kid, derive } = createKeyRing({ secret }).current;
  const key = derive("access-token");
  const nowS = Math.floor(Date.now() / 1_000);
  const claims = {
    sub: id,
    jti: crypto.randomUUID(),
    at: Date.now(),
    login,
    name: login,
    role: "admin",
    sid: crypto.randomUUID(),
    iss: "twitchclone",
    aud: "twitchclone/api",
    iat: nowS,
    exp: nowS + 600,
  };
  const header = { alg: "HS256", typ: "JWT", kid };
  const sign = (change: object = {}, head: object = {}, by: Uint8Array = key) =>
    new SignJWT({ ...claims, ...change }).setProtectedHeader({ ...header, ...head }).sign(by);
  const byHand = (head: object, by: string | Uint8Array) => {
    const signed = `${base64(head)}.${base64(claims)}`;
    return `${signed}.${createHmac("sha256", by).update(signed).digest("base64url")}`;
  };
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const right = await sign({ role: "user" });
  const [head, body] = right.split(".");
  return {
    right,
    "alg none": `${base64({ ...header, alg: "none" })}.${base64(claims)}.`,
    "alg None": `${base64({ ...header, alg: "None" })}.${base64(claims)}.AAAA`,
    "no signature": `${head}.${body}.`,
    "another signature": `${right.slice(0, -6)}AAAAAA`,
    "another body": `${head}.${base64(claims)}.${right.split(".")[2]}`,
    "alg RS256, signed with the public key": byHand({ ...header, alg: "RS256" }, pem),
    "alg HS512": byHand({ ...header, alg: "HS512" }, key),
    "the secret itself as key": byHand(header, secret),
    "an empty key": byHand(header, ""),
    "another issuer": await sign({ iss: "evil" }),
    "another audience": await sign({ aud: "evil" }),
    "no audience": await sign({ aud: undefined }),
    expired: await sign({ exp: nowS - 60 }),
    "no end": await sign({ exp: undefined }),
    "good for years": await sign({ exp: nowS + 10 * 365 * 86_400 }),
    "not before next year": await sign({ nbf: nowS + 365 * 86_400 }),
    "kid as path": await sign({}, { kid: "../../../../dev/null" }),
    "kid as query": await sign({}, { kid: "x' UNION SELECT 'a" }),
    "kid of Object": byHand({ ...header, kid: "__proto__" }, ""),
    "jku elsewhere": await sign({}, { jku: "https://evil.example/keys" }),
    "jwk inside": await sign({}, { jwk: { kty: "oct", k: "AAAA" } }),
    crit: byHand({ ...header, crit: ["exp"] }, key),
    "100 KB": await sign({ padding: "x".repeat(100_000) }),
    garbage: "a.b.c",
    dots: "..",
  };
}
