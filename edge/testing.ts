// For tests only: an edge without a network, on a fresh database, the test run's Redis and a bus in memory.

import { Refusal } from "#runtime/actor/actor.ts";
import { type Clock, systemClock } from "#runtime/base/clock.ts";
import { createLog, type Log } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { MemoryHub } from "#runtime/bus/bus-memory.ts";
import type { Caller } from "#runtime/cluster/caller.ts";
import { type EdgeConfig, readEdgeConfig } from "#runtime/config/edge.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import { MemoryObjects } from "#runtime/objects/objects-memory.ts";
import type { SignedInView } from "#schema/api/auth.ts";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { type App, type AppParts, createApp } from "./app.ts";
import { Floods } from "./gateway/floods/floods.ts";
import { createCounts } from "./gateway/limits/counts.ts";
import { createLimiter } from "./gateway/limits/limiter.ts";
import { createReadiness } from "./gateway/readiness.ts";
import { createClientAddresses } from "./gateway/requests/client-address.ts";
import { createMailer } from "./identity/email/smtp.ts";
import { type Auth, createAuth } from "./identity/identity.ts";
import { createPasswords, type Passwords } from "./identity/password/hashing.ts";
import { createObservation } from "./observation/observation.ts";
import { createPictures } from "./pictures/pictures.ts";
import { createPlaybackTokens } from "./playback/token.ts";
import { createVideos, type Videos } from "./videos/videos.ts";
import type { EdgeWorld } from "./world.ts";

/** Long enough for `JWT_SECRET`. */
export const TEST_SECRET = "a secret that only the tests know about";

export interface TestEdge {
  world: EdgeWorld;
  app: App;
  auth: Auth;
  videos: Videos;
  /** Sends a request like a client. `json` is sent as JSON, `body` unchanged. */
  ask(method: string, path: string, options?: AskOptions): Promise<Answer>;
  /** A new user with a random login. */
  register(login?: string): Promise<TestUser>;
  close(): Promise<void>;
}

export interface AskOptions {
  json?: unknown;
  body?: BodyInit;
  token?: string;
  headers?: Record<string, string>;
  /** Client address. Default: a random one. */
  from?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  /** Parsed JSON; empty for any other body. */
  body: Record<string, unknown>;
  text: string;
  /** Value of the refresh cookie; null: not set. */
  refreshToken: string | null;
}

export interface TestUser {
  login: string;
  password: string;
  userId: string;
  token: string;
  refreshToken: string;
}

interface TestEdgeOptions extends Partial<AppParts> {
  /** Used if `auth` is not given. */
  passwords?: Passwords;
  limits?: Partial<EdgeConfig["limits"]>;
  config?: Partial<EdgeConfig>;
  caller?: Caller;
  clock?: Clock;
  log?: Log;
  redisUrl?: string;
  database?: TestDatabase;
  /** Default: an empty store in memory. */
  objects?: Objects;
  /** Address of a connection's other end. Default: `from` of `ask`. */
  peerOf?(request: Request): string | null;
  /** For edges that share a bus. Default: a new one. */
  bus?: Bus;
}

/** For tests without actors. */
const noActors: Caller = { call: () => Promise.reject(new Refusal("unavailable", "no actor node is running")) };

export async function testEdge(options: TestEdgeOptions = {}): Promise<TestEdge> {
  const { caller = noActors, clock = systemClock, log = createLog({ name: "test", level: "silent" }) } = options;
  const redisUrl = options.redisUrl ?? process.env.TEST_REDIS_URL;
  const { database, drop, url } = options.database ?? (await testDatabase());
  const config = readEdgeConfig({
    DATABASE_URL: url,
    NATS_URL: "nats://127.0.0.1:1",
    REDIS_URL: redisUrl,
    INTERNAL_PORT: "1",
    JWT_SECRET: TEST_SECRET,
  });
  Object.assign(config.limits, options.limits);
  Object.assign(config, options.config);
  const redis = connectRedis({ url: config.redisUrl, name: "test", log });
  if (redis.status !== "ready" && !options.redisUrl)
    await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  const world: EdgeWorld = {
    config,
    edgeId: crypto.randomUUID(),
    log,
    clock,
    random: systemRandom,
    bus: options.bus ?? new MemoryHub(systemClock).connect(),
    caller,
    database,
    redis,
  };
  const addresses = new WeakMap<Request, string>();
  const { peerOf = (request: Request) => addresses.get(request) ?? null } = options;
  const clients = createClientAddresses(world);
  const auth = options.auth ?? createAuth(world, { passwords: options.passwords ?? createPasswords({ cost: 4 }) });
  // Long enough for a busy test machine.
  const counts = options.counts ?? createCounts({ redis, clock: systemClock, waitMs: 5_000 });
  const addressOf = (request: Request) =>
    clients.of(peerOf(request) ?? "unknown", request.headers.get("x-forwarded-for"));
  const objects = options.objects ?? new MemoryObjects(clock);
  const tokens = createPlaybackTokens({ ...world, keys: auth.keys });
  const videos = createVideos(world, { objects, tokens, addressOf });
  const pictures = createPictures(world, { objects, videos, addressOf });
  const app = createApp(world, {
    auth,
    videos,
    pictures,
    counts,
    limiter: createLimiter({ counts, clock }),
    floods: new Floods(world, { lag: { lagMs: 0 }, keys: auth.keys, counts }),
    mailer: options.mailer ?? createMailer(world),
    readiness: createReadiness(world),
    observation: createObservation(world),
    rolesChanged: () => {},
    page: () => null,
    addressOf,
    ...options,
  });

  async function ask(
    method: string,
    path: string,
    { json, body, token, headers, from }: AskOptions = {},
  ): Promise<Answer> {
    const init: RequestInit = { method, headers: { ...headers } };
    if (json !== undefined) init.headers = { "content-type": "application/json", ...headers };
    if (token !== undefined) init.headers = { authorization: `Bearer ${token}`, ...init.headers };
    if (json !== undefined || body !== undefined) init.body = json === undefined ? body! : JSON.stringify(json);
    const request = new Request(`http://edge.test${path}`, init);
    addresses.set(request, from ?? randomAddress());
    const response = await (videos.fetch(request) ?? pictures.fetch(request) ?? app.handle(request));
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    const refreshToken = /refresh_token=([^;]*)/.exec(response.headers.get("set-cookie") ?? "")?.[1] ?? null;
    return {
      status: response.status,
      headers: response.headers,
      body: isJson && text !== "" ? JSON.parse(text) : {},
      text,
      refreshToken,
    };
  }

  return {
    world,
    app,
    auth,
    videos,
    ask,
    async register(login = `u_${crypto.randomUUID().slice(0, 12).replaceAll("-", "_")}`) {
      const password = "a quiet river at night";
      const answer = await ask("POST", "/api/v1/auth/register", {
        json: { login, email: `${login}@example.org`, password },
      });
      if (answer.status !== 201) throw new Error(`register: ${answer.status} ${answer.text}`);
      const { user, accessToken } = answer.body as unknown as SignedInView;
      return { login: user.login, password, userId: user.id, token: accessToken, refreshToken: answer.refreshToken! };
    },
    async close() {
      auth.stop();
      videos.stop();
      pictures.stop();
      redis.disconnect();
      await drop();
    },
  };
}

/** In 2001:db8::/32, with a random /64. */
function randomAddress() {
  const [a, b] = crypto.getRandomValues(new Uint16Array(2));
  return `2001:db8:${a!.toString(16)}:${b!.toString(16)}::1`;
}
