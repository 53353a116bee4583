// The system under attack: two edges behind a balancer, users with accounts, and an attacker with an account.

import { base32 } from "oslo/encoding";
import { generateHOTP } from "oslo/otp";
import { startMailServer } from "#edge/identity/email/testing.ts";
import { totpStepOf } from "#edge/identity/two-factor/one-time-codes.ts";
import type { TestRelay } from "#edge/relays/testing.ts";
import { DataFolder } from "#ops/up/data-folder.ts";
import { freePort } from "#ops/up/ports.ts";
import { natsPasswords, redisPasswords } from "#ops/up/store-urls.ts";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, makeStreamKey } from "../support/api.ts";
import { type Balancer, startBalancer } from "../support/balancer.ts";
import { startMadeUpRelay } from "../support/made-up-relay.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { type Canary, startCanary } from "./canary.ts";
import { Secrets } from "./secrets.ts";
import type { Tally } from "./tally.ts";

export interface Member extends Account {
  email: string;
  refreshToken: string;
}

export interface Ask {
  method?: string;
  token?: string;
  body?: unknown;
  /** Raw body, instead of `body`. */
  rawBody?: string | Uint8Array;
  headers?: Record<string, string>;
  /** Client address as the edge sees it; attackers have many. Default: one for all rows. */
  from?: string;
  /** Default: edge 1. */
  base?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Null: not JSON. */
  json: Record<string, unknown> | null;
}

export interface Stage {
  system: TestSystem;
  balancer: Balancer;
  secrets: Secrets;
  /** Of both edges. */
  relay: TestRelay;
  /** No process of the system may connect to it. */
  canary: Canary;
  /** The user under attack. */
  anna: Member & { streamKey: string; emailToken: string };
  /** The attacker, signed in. */
  mallory: Member;
  /** Port of `postgres`, `nats`, `redis`, `edge-1` and so on. */
  portOf(name: string): number;
  /** Sends one request of an attack and counts it with its answer. */
  ask(tally: Tally, path: string, ask?: Ask): Promise<Answer>;
  /** Every problem body so far. */
  problems: string[];
  signUp(login?: string, password?: string): Promise<Member>;
  /** Gives anna and mallory new access tokens: all attacks together take longer than a token is valid. */
  renewTokens(): Promise<void>;
  /** Whether both edges take requests. */
  isReady(): Promise<boolean>;
  stop(): Promise<void>;
}

const SSRF_PROVIDERS = { loopback: "127.0.0.1", name: "localhost", short: "0x7f.1", number: "2130706433" };

/** Names of sign-in providers whose issuer is a disguised internal address. */
export const INNER_ISSUERS = [...Object.keys(SSRF_PROVIDERS), "six", "mapped"];

export async function setStage(): Promise<Stage> {
  const secrets = new Secrets();
  const [mail, canary, balancerPort] = [await startMailServer(), await startCanary(), await freePort()];
  const issuers = {
    ...Object.fromEntries(Object.entries(SSRF_PROVIDERS).map(([id, host]) => [id, `https://${host}:${canary.port}`])),
    six: `https://[::1]:${canary.port}`,
    mapped: `https://[::ffff:127.0.0.1]:${canary.port}`,
  };
  const relay = startMadeUpRelay({ sessionsMax: 2_000 });
  const clientSecret = secrets.make("client secret of a provider");
  const system = await bootSystem({
    edges: 2,
    env: {
      TRUSTED_PROXIES: "127.0.0.1",
      RELAY_URLS: relay.url,
      SMTP_URL: mail.url,
      NODE_ENV: "production",
      ALLOWED_ORIGINS: "https://live.example.org",
      PUBLIC_URL: "https://live.example.org",
      REGISTRATIONS_PER_MINUTE_PER_IP: "0",
      OAUTH_PROVIDERS: Object.keys(issuers).join(","),
      ...Object.fromEntries(
        Object.entries(issuers).flatMap(([id, issuer]) => [
          [`OAUTH_${id.toUpperCase()}_ISSUER`, issuer],
          [`OAUTH_${id.toUpperCase()}_CLIENT_ID`, "twitchclone"],
          [`OAUTH_${id.toUpperCase()}_CLIENT_SECRET`, clientSecret],
        ]),
      ),
    },
  });
  const balancer = await startBalancer({
    port: balancerPort,
    edges: [1, 2].map((number) => system.edgeUrl(number).replace("http://", "")),
  });
  const folder = new DataFolder(system.data);
  const kept = folder.secrets();
  secrets.keep("secret of access tokens", kept.jwtSecret);
  secrets.keep("secret of restreaming", kept.restreamSecret);
  secrets.keep("password of the database", kept.databasePassword);
  secrets.keep("password of the database", kept.nodeDatabasePassword);
  secrets.keep("key of the object store", kept.s3SecretAccessKey);
  for (const password of Object.values(natsPasswords(kept))) secrets.keep("password of NATS", password);
  for (const password of Object.values(redisPasswords(kept))) secrets.keep("password of Redis", password);
  const problems: string[] = [];

  async function ask(tally: Tally, path: string, asked: Ask = {}): Promise<Answer> {
    const { method, token, body, rawBody, headers = {}, from = "198.51.100.1", base = system.url } = asked;
    tally.sent();
    const payload = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${base}${path}`, {
      method: method ?? (payload === undefined ? "GET" : "POST"),
      redirect: "manual",
      headers: {
        "x-forwarded-for": from,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload as string | Uint8Array<ArrayBuffer> }),
      signal: AbortSignal.timeout(patient(20_000)),
    });
    const text = await response.text();
    const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
    if (isProblem || response.status >= 400) problems.push(text);
    const json = parsed(text);
    tally.answered(json && typeof json.code === "string" ? `${response.status} ${json.code}` : response.status);
    return { status: response.status, headers: response.headers, text, json };
  }

  async function signUp(login = randomLogin(), password: string = crypto.randomUUID()): Promise<Member> {
    const email = `${login}@example.org`;
    const response = await fetch(`${system.url}/api/v1/auth/register`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": "198.51.100.2" },
      body: JSON.stringify({ login, password, email }),
    });
    if (response.status !== 201) throw new Error(`register → ${response.status} ${await response.text()}`);
    const { user, accessToken } = (await response.json()) as { user: { id: string }; accessToken: string };
    const refreshToken = refreshTokenOf(response.headers)!;
    secrets.keep("password", password);
    secrets.keep("access token", accessToken);
    secrets.keep("refresh token", refreshToken);
    return { id: user.id, login, password, email, accessToken, refreshToken };
  }

  async function renew(member: Member) {
    const response = await fetch(`${system.url}/api/v1/auth/refresh`, {
      method: "POST",
      headers: { cookie: `refresh_token=${member.refreshToken}`, "x-forwarded-for": "198.51.100.2" },
    });
    if (!response.ok) throw new Error(`refresh → ${response.status} ${await response.text()}`);
    member.accessToken = ((await response.json()) as { accessToken: string }).accessToken;
    member.refreshToken = refreshTokenOf(response.headers)!;
    secrets.keep("access token", member.accessToken);
    secrets.keep("refresh token", member.refreshToken);
  }

  const [anna, mallory] = [await signUp(), await signUp()];
  const { streamKey } = await makeStreamKey(system.url, anna);
  secrets.keep("stream key", streamKey);
  const email = await mail.emailTo(anna.email, "Confirm");
  const emailToken = /token=([A-Za-z0-9_-]+)/.exec(email.text)?.[1] ?? "";
  secrets.keep("token of an e-mail", emailToken);

  const victim = { ...anna, streamKey, emailToken };
  return {
    system,
    balancer,
    secrets,
    relay,
    canary,
    mallory,
    ask,
    signUp,
    problems,
    anna: victim,
    async renewTokens() {
      await Promise.all([renew(victim), renew(mallory)]);
    },
    async isReady() {
      const answers = await Promise.all([1, 2].map((number) => fetch(`${system.edgeUrl(number)}/readyz`)));
      return answers.every(({ ok }) => ok);
    },
    portOf(name) {
      const run = folder.readRunFile(name);
      if (!run?.port) throw new Error(`${name} has no port`);
      return run.port;
    },
    async stop() {
      await balancer.stop();
      await system.stop();
      await relay.die();
      await canary.stop();
      mail.close();
    },
  };
}

export function refreshTokenOf(headers: Headers): string | null {
  const cookie = headers.getSetCookie().find((one) => one.startsWith("refresh_token="));
  return cookie?.slice("refresh_token=".length).split(";")[0] || null;
}

/** The code that an authenticator shows now. */
export async function codeOf(secret: string): Promise<string> {
  const bytes = base32.decode(secret.toUpperCase(), { strict: false });
  const code = await generateHOTP(bytes, Math.floor(Date.now() / 30_000));
  if ((await totpStepOf(bytes, code, Date.now())) === null) throw new Error("the code belongs to another time step");
  return code;
}

export const randomLogin = () => `t${crypto.randomUUID().replaceAll("-", "").slice(0, 12)}`;

function parsed(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" ? (value as Record<string, unknown>) : null;
  } catch {
    return null; // Not JSON.
  }
}
