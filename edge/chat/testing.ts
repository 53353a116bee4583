// For tests only: chat sockets on a real Bun.serve and a real NATS, and a stand-in for the rooms' owner, in memory.

import { type Clock, systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { connectRedis } from "#runtime/base/redis.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import { createCaller } from "#runtime/cluster/caller-bus.ts";
import { type EdgeConfig, readEdgeConfig } from "#runtime/config/edge.ts";
import type { ChannelRole } from "#schema/api/channel-roles.ts";
import type { Author, LineEntry } from "#schema/api/chat.ts";
import type { ServerFrame } from "#schema/api/chat-frames.ts";
import type { Scope } from "#schema/api/scopes.ts";
import type { Database } from "#schema/database.ts";
import type { CallAnswer, CallRequest } from "#schema/wire/call.ts";
import type { ChannelRequest, ChannelStatus } from "#schema/wire/channel.ts";
import { DEFAULT_ROOM_SETTINGS, type Entry, type HistoryAnswer, type RoomRequest } from "#schema/wire/room.ts";
import { subjects } from "#schema/wire/subjects.ts";
import { createWatches } from "../channels/status-watch.ts";
import { Floods } from "../gateway/floods/floods.ts";
import { createCounts } from "../gateway/limits/counts.ts";
import { createLimiter } from "../gateway/limits/limiter.ts";
import { createKeyRing } from "../identity/tokens/key-ring.ts";
import { createPlaybackTokens } from "../playback/token.ts";
import { ChannelViewers } from "../playback/viewers.ts";
import type { EdgeWorld } from "../world.ts";
import { ChatHub } from "./hub.ts";
import type { SaidLine } from "./say-queue.ts";
import type { SocketData } from "./socket.ts";
import type { Speaker, Speakers } from "./speakers.ts";
import { createChatSockets } from "./websocket-upgrade.ts";

const log = createLog({ name: "test", level: process.env.TEST_LOG ?? "silent" });

/** A clock that runs faster by this factor. */
export const hurried = (times: number): Clock => ({
  wallMs: () => Date.now(),
  monoMs: () => performance.now() * times,
  timer: (ms, ring) => systemClock.timer(ms / times, ring),
  sleep: (ms) => systemClock.sleep(ms / times),
});

export const testBus = () => {
  const url = process.env.TEST_NATS_URL;
  if (!url) throw new Error("TEST_NATS_URL is not set: run the tests by `npm test`");
  return connectNats({ url, name: "test", clock: systemClock, log });
};

export interface TestChatEdge {
  url(channelId: string): string;
  world: EdgeWorld;
  hub: ChatHub;
  /** The server's sockets, in order of arrival. */
  opened: Bun.ServerWebSocket<SocketData>[];
  /** Roles by user, in every channel. */
  granted: Map<string, readonly ChannelRole[]>;
  /** Display names by user; by default their tokens'. */
  names: Map<string, string>;
  /** Users whose tokens were revoked. */
  ended: Set<string>;
  /** Users whose role has changed. */
  stale: Set<string>;
  close(): Promise<void>;
}

/** Every token is a login, except `expired` and `bad`. A channel's owner is `owner`. Every UUID except the nil one is a channel. */
export async function chatEdge({
  limits = {},
  clock = systemClock,
  config: more = {},
  from = () => "127.0.0.1",
  speakers = {},
  lineSaid = () => {},
  lag = { lagMs: 0 },
}: {
  limits?: Partial<EdgeConfig["limits"]>;
  clock?: Clock;
  config?: Partial<EdgeConfig>;
  from?: (request: Request) => string;
  /** Instead of those whose tokens are logins. */
  speakers?: Partial<Speakers>;
  /** Called for each line that is stored. */
  lineSaid?: (said: SaidLine) => void;
  /** Of the event loop. Default: none. */
  lag?: { lagMs: number };
} = {}): Promise<TestChatEdge> {
  const config = readEdgeConfig({
    DATABASE_URL: "postgres://127.0.0.1:1/none",
    NATS_URL: process.env.TEST_NATS_URL,
    REDIS_URL: process.env.TEST_REDIS_URL,
    INTERNAL_PORT: "1",
    JWT_SECRET: "a secret that only the tests know about",
  });
  Object.assign(config.limits, { linesPer30sPerUser: 0, joinsPerMinutePerIp: 0 }, limits);
  Object.assign(config, more);
  const bus = await testBus();
  const caller = createCaller({ bus, clock, random: systemRandom });
  const redis = connectRedis({ url: config.redisUrl, name: "test", log });
  if (redis.status !== "ready") await new Promise<void>((resolve) => redis.once("ready", () => resolve()));
  const edgeId = systemRandom.uuid(Date.now());
  // Sockets make no queries: any query throws.
  const database = {} as Database;
  const world: EdgeWorld = { config, edgeId, log, clock, random: systemRandom, bus, caller, database, redis };
  const watches = createWatches({ bus, caller, clock, log, edgeId });
  const viewers = new ChannelViewers({
    clock,
    perAddressMax: 0,
    onChange: (channelId, here) => watches.setViewers(channelId, here),
  });
  const keys = createKeyRing({ secret: config.jwtSecret });
  const counts = createCounts({ redis, clock });
  const hub = new ChatHub(world, {
    watches,
    viewers,
    tokens: createPlaybackTokens({ keys, clock, random: systemRandom }),
    limiter: createLimiter({ counts, clock }),
    floods: new Floods(world, { lag, keys, counts }),
    speakers: {
      verify: async (token) => (token === "expired" || token === "bad" ? token : speaker(token)),
      validity: ({ userId }) => (ended.has(userId) ? "ended" : stale.has(userId) ? "stale" : "valid"),
      standingIn: async (_channelId, userId) => ({
        displayName: names.get(userId) ?? null,
        roles: granted.get(userId) ?? [],
      }),
      tokensIn: async () => ({ emotes: [], logins: [] }),
      ...speakers,
    },
    lineSaid,
    lag,
  });
  const sockets = createChatSockets(world, {
    hub,
    clientAddress: from,
    findChannel: async (id) => (id.startsWith("00000000") ? null : { id, ownerUserId: "owner" }),
  });
  const granted: TestChatEdge["granted"] = new Map();
  const names: TestChatEdge["names"] = new Map();
  const ended = new Set<string>();
  const stale = new Set<string>();
  const opened: Bun.ServerWebSocket<SocketData>[] = [];
  const server = Bun.serve<SocketData>({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request, server) {
      const answer = await sockets.upgrade(request, server);
      if (answer === "upgraded") return undefined;
      return answer ?? new Response("elsewhere", { status: 404 });
    },
    websocket: {
      ...sockets.websocket,
      open(ws) {
        opened.push(ws);
        sockets.websocket.open?.(ws);
      },
    },
  });
  return {
    url: (channelId) => `ws://127.0.0.1:${server.port}/api/v1/channels/${channelId}/chat`,
    world,
    hub,
    opened,
    granted,
    names,
    ended,
    stale,
    async close() {
      hub.stop();
      await server.stop(true);
      viewers.stop();
      watches.stop();
      redis.disconnect();
      await bus.close();
    },
  };
}

/** `bot+chat:read`: a personal access token with these scopes. */
function speaker(token: string): Speaker {
  const [login, ...scopes] = token.split("+") as [string, ...Scope[]];
  const isBot = scopes.length > 0;
  return {
    userId: login,
    login,
    displayName: login,
    role: login.startsWith("admin") ? "admin" : "user",
    deviceId: isBot ? null : `sign-in of ${login}`,
    tokenId: isBot ? `token of ${login}` : null,
    scopes: isBot ? new Set(scopes) : null,
    issuedAtMs: 0,
    expiresAtMs: Number.POSITIVE_INFINITY,
  };
}

/** The owner of one channel: answers like a room, from memory, and repeats its status. */
export class StandInRoom {
  readonly channelId = systemRandom.uuid(Date.now());
  readonly entries: Entry[] = [];
  status: Partial<ChannelStatus> = {};
  epoch = 1;
  /** Batches are stored but not published, as with a broken link. */
  silent = false;
  /** Refuses every request. */
  refuses: string | null = null;
  /** Called before a line is stored. */
  beforeSay: () => Promise<void> = async () => {};
  readonly asked: RoomRequest[] = [];
  readonly viewers: number[] = [];
  /** Answers by user and nonce. */
  readonly #said = new Map<string, { id: string; seq: number }>();
  readonly #stop: () => Promise<void>;

  constructor(private readonly bus: Awaited<ReturnType<typeof testBus>>) {
    const requests = bus.subscribe(subjects.actor("channel", this.channelId), (body, respond) => {
      this.#answer((body as CallRequest<RoomRequest | ChannelRequest>).message).then(
        (value) => respond({ ok: true, value, node: "n", epoch: this.epoch } satisfies CallAnswer),
        (code: string) => respond({ ok: false, code, node: "n", epoch: this.epoch } satisfies CallAnswer),
      );
    });
    const reports = bus.subscribe(subjects.viewers(this.channelId), (body) => {
      this.viewers.push((body as { count: number }).count);
    });
    const telling = setInterval(() => this.tellStatus(), 500);
    this.#stop = async () => {
      clearInterval(telling);
      await Promise.all([requests.drain(), reports.drain()]);
    };
  }

  stop() {
    return this.#stop();
  }

  get head() {
    return this.entries.length;
  }

  describe(): ChannelStatus {
    return {
      channelId: this.channelId,
      epoch: this.epoch,
      phase: "offline",
      broadcastId: null,
      startedAt: null,
      origin: null,
      ended: false,
      headSeq: this.head,
      viewers: this.viewers.at(-1) ?? 0,
      ...this.status,
    };
  }

  tellStatus() {
    this.bus.publish(subjects.status(this.channelId), this.describe());
  }

  /** Stores lines as one batch and publishes it. */
  add(...bodies: string[]): LineEntry[] {
    const entries = bodies.map((body) => this.#entry({ body, user: { ...speaker("somebody"), id: "somebody" } }));
    this.#publish(entries);
    return entries;
  }

  #entry({ body, user }: { body: string; user: Omit<Author, "color" | "badges"> }): LineEntry {
    const author = { color: "#112233", badges: [], ...user };
    const at = new Date().toISOString();
    const entry: LineEntry = { seq: this.head + 1, at, kind: "line", id: crypto.randomUUID(), user: author, body };
    this.entries.push(entry);
    return entry;
  }

  #publish(entries: Entry[]) {
    if (!this.silent) this.bus.publish(subjects.chat(this.channelId), { epoch: this.epoch, entries });
  }

  async #answer(message: RoomRequest | ChannelRequest): Promise<unknown> {
    if (message.type === "describe") return this.describe();
    if (this.refuses) throw this.refuses;
    if (message.type === "room.history") {
      this.asked.push(message);
      const { after, limit } = message;
      const entries = after === null ? this.entries.slice(-limit) : this.entries.slice(after, after + limit);
      return { headSeq: this.head, entries, room: DEFAULT_ROOM_SETTINGS } satisfies HistoryAnswer;
    }
    if (message.type !== "room.say") throw "internal";
    this.asked.push(message);
    if (message.body === "") throw "invalid_body";
    await this.beforeSay();
    const key = `${message.user.id} ${message.nonce}`;
    const known = this.#said.get(key);
    if (known) return known; // An edge repeats what was not answered in time.
    const entry = this.#entry(message);
    const said = { id: entry.id, seq: entry.seq };
    this.#said.set(key, said);
    this.#publish([entry]);
    return said;
  }
}

/** A client as a test drives it. */
export class Viewer {
  readonly frames: ServerFrame[] = [];
  /** All received entries in order, including the welcome's. */
  readonly entries: Entry[] = [];
  /** Bytes of each frame. */
  readonly sizes: number[] = [];
  readonly ws: WebSocket;
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly opened: Promise<void>;
  #looking: (() => void)[] = [];

  constructor(url: string, headers: Record<string, string> = {}) {
    this.ws = new WebSocket(url, { headers } as never);
    this.opened = new Promise((resolve, reject) => {
      this.ws.onopen = () => resolve();
      this.ws.onerror = () => reject(new Error("refused"));
    });
    this.opened.catch(() => {});
    this.closed = new Promise((resolve) => {
      this.ws.onclose = ({ code, reason }) => resolve({ code, reason });
    });
    this.ws.onmessage = ({ data }) => {
      const frame = JSON.parse(data as string) as ServerFrame;
      this.sizes.push(Buffer.byteLength(data as string));
      this.frames.push(frame);
      if (frame.type === "welcome" || frame.type === "entries") this.entries.push(...frame.entries);
      for (const look of this.#looking.splice(0)) look();
    };
  }

  async hello(token?: string, resumeSeq?: number): Promise<Extract<ServerFrame, { type: "welcome" }>> {
    await this.opened;
    this.send({
      type: "hello",
      ...(token ? { token } : {}),
      ...(resumeSeq === undefined ? {} : { resume: { seq: resumeSeq } }),
    });
    return this.first("welcome");
  }

  send(frame: unknown) {
    this.ws.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  say(nonce: string, body = nonce) {
    this.send({ type: "say", nonce, body });
  }

  /** The answer to a line. */
  answer(nonce: string) {
    return this.until(() =>
      this.frames.find((frame) => (frame.type === "said" || frame.type === "refused") && frame.nonce === nonce),
    );
  }

  first<T extends ServerFrame["type"]>(type: T): Promise<Extract<ServerFrame, { type: T }>> {
    return this.until(() => this.frames.find((frame) => frame.type === type)) as Promise<
      Extract<ServerFrame, { type: T }>
    >;
  }

  seq(seq: number) {
    return this.until(() => this.entries.at(-1)?.seq === seq || undefined);
  }

  /** Checks after each frame. */
  async until<T>(look: () => T | undefined, withinMs = 15_000): Promise<T> {
    const late = Promise.withResolvers<void>();
    const timer = setTimeout(() => late.reject(new Error("it never came")), withinMs);
    try {
      for (;;) {
        const found = look();
        if (found !== undefined) return found;
        await Promise.race([new Promise<void>((resolve) => this.#looking.push(resolve)), late.promise]);
      }
    } finally {
      clearTimeout(timer);
    }
  }
}
