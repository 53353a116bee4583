// For tests only: sends generated requests to an edge and checks each answer against the OpenAPI document.

import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import type { Caller } from "#runtime/cluster/caller.ts";
import { readEdgeConfig } from "#runtime/config/edge.ts";
import type { NewTokenView } from "#schema/api/personal-tokens.ts";
import type { PollView } from "#schema/api/polls.ts";
import { SCOPES } from "#schema/api/scopes.ts";
import { inTransaction } from "#schema/transaction.ts";
import { type ActAnswer, type CodeVerdict, DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import { type TestEdge, type TestUser, testEdge } from "../../testing.ts";
import { type OpenApiDocument, openApiDocument } from "../openapi/document.ts";
import { type Asker, type FuzzRequest, type Pool, requestsOf } from "./testing-requests.ts";

interface FuzzReport {
  requests: number;
  /** Number of answers by status. */
  statuses: Map<number, number>;
  /** Operations that succeeded at least once, with 2xx or 3xx. */
  done: Set<string>;
  /** Operations that were requested. */
  asked: Set<string>;
}

interface FuzzOptions {
  requests: number;
  /** The same seed gives the same requests, though not in the same order. Default: random. */
  seed?: number;
}

const ANY = {
  DATABASE_URL: "postgres://x/x",
  NATS_URL: "nats://x",
  REDIS_URL: "redis://x",
  INTERNAL_PORT: "1",
  JWT_SECRET: "x".repeat(32),
};
const CONCURRENT = 8;
const REVIVE_EVERY = 100;

/** Rejects at the first wrong answer, with its request and the seed. */
export async function fuzz({
  requests,
  seed = crypto.getRandomValues(new Int32Array(1))[0]!,
}: FuzzOptions): Promise<FuzzReport> {
  const edge = await testEdge({ caller, limits: NO_LIMITS });
  try {
    const people = await settle(edge);
    // Answers may gain fields only in the documentation of later releases.
    const document = openApiDocument(edge.app.routes, { publicUrl: "", grows: false });
    const check = createChecker(document);
    const report: FuzzReport = { requests: 0, statuses: new Map(), done: new Set(), asked: new Set() };
    const waiting = fc.sample(requestsOf(document, people.pool), { numRuns: requests, seed });
    const one = async (request: FuzzRequest) => {
      if (++report.requests % REVIVE_EVERY === 0) await people.revive();
      const { authorization = people.authorization(request.asker), ...headers } = request.headers;
      const response = await edge.app.handle(
        new Request(`http://edge.test${request.path}`, {
          method: request.method,
          headers: { ...headers, ...(authorization ? { authorization } : {}) },
          ...(request.body === null || request.method === "GET" ? {} : { body: request.body }),
        }),
      );
      const text = await response.text();
      const name = `${request.method} ${request.pattern}`;
      report.statuses.set(response.status, (report.statuses.get(response.status) ?? 0) + 1);
      report.asked.add(name);
      if (response.status < 400) report.done.add(name);
      const fault = check(request, response, text);
      const shown = { ...request, body: request.body?.slice(0, 500) };
      if (fault)
        throw new Error(`${fault}, seed ${seed}\n${JSON.stringify(shown)}\n${response.status} ${text.slice(0, 600)}`);
    };
    // No shrinking, since each outcome depends on the requests before. Several at once, for speed and for races.
    const worker = async () => {
      for (let request = waiting.pop(); request; request = waiting.pop()) await one(request);
    };
    await Promise.all(Array.from({ length: CONCURRENT }, worker));
    return report;
  } finally {
    await edge.close();
  }
}

/** All limits off. */
const NO_LIMITS = Object.fromEntries(
  Object.keys(readEdgeConfig(ANY).limits)
    .filter((name) => name !== "mediaCacheBytes")
    .map((name) => [name, 0]),
);

/** The channels' actors answer at once. */
const caller: Caller = {
  async call<Value>(_kind: string, _key: string, message: unknown) {
    const { type } = message as { type: string };
    if (type === "room.act") return acted(message as ActedOn) satisfies ActAnswer as Value;
    if (type === "room.vote") return pollOf((message as { pollId: string }).pollId) as Value;
    if (type === "room.judge-code") return { refused: null } satisfies CodeVerdict as Value;
    if (type !== "health") return null as Value;
    const nothing = { broadcastId: null, startedAt: null, encoder: null, width: null, height: null, fps: null };
    const health = { ...nothing, bitrateKbps: null, keyframeIntervalMs: null, audio: null, problem: null };
    return { phase: "offline", ...health, restarts: 0, warnings: [] } as Value;
  },
};

type ActedOn = { pollId?: string; raidId?: string };

/** What an act leaves going on in the room. */
const acted = ({ pollId, raidId }: ActedOn): ActAnswer => ({
  ...{ seq: 1, at: new Date(0).toISOString(), room: DEFAULT_ROOM_SETTINGS },
  state: {
    ...{ epoch: 1, number: 1, pinned: null },
    poll: pollId === undefined ? null : pollOf(pollId),
    raid:
      raidId === undefined
        ? null
        : {
            ...{ id: raidId, state: "counting", viewers: 0, startedAt: new Date(0).toISOString(), atMs: 0 },
            from: { login: "from", displayName: "From" },
            to: { login: "to", displayName: "To" },
          },
  },
});

const pollOf = (id: string): PollView => ({
  ...{ id, question: "?", choices: [{ text: "a", votes: 0 }], votes: 0, endedAt: null, by: null },
  ...{ startedAt: new Date(0).toISOString(), endsAt: new Date(1).toISOString() },
});

/** Users in every role, a channel, and other users that requests may act on. */
async function settle(edge: TestEdge) {
  const { sql } = edge.world.database;
  const make = async () => edge.register();
  const [owner, editor, moderator, user, staff, admin, victim, bystander] = (await Promise.all(
    Array.from({ length: 8 }, make),
  )) as [TestUser, TestUser, TestUser, TestUser, TestUser, TestUser, TestUser, TestUser];
  const [channel] = await sql<{ id: string }[]>`SELECT id FROM channels WHERE user_id = ${owner.userId}`;
  const users: Record<Exclude<Asker, "visitor" | "bot" | "forger">, TestUser> = {
    owner,
    editor,
    moderator,
    user,
    staff,
    admin,
  };
  const appoint = async (asker: string, userId: string) => {
    if (asker === "staff" || asker === "admin") await sql`UPDATE users SET role = ${asker} WHERE id = ${userId}`;
    if (asker === "editor" || asker === "moderator")
      await sql`INSERT INTO channel_roles (channel_id, user_id, role)
        SELECT id, ${userId}, ${asker} FROM channels WHERE id = ${channel!.id} FOR KEY SHARE`; // A request may be deleting the channel.
  };
  for (const [asker, { userId }] of Object.entries(users)) await appoint(asker, userId);
  const pool: Pool = {
    logins: [owner.login, owner.login.toUpperCase(), victim.login, bystander.login],
    ids: [channel!.id, owner.userId, victim.userId],
  };
  const made = await edge.ask("POST", "/api/v1/me/tokens", {
    token: owner.token,
    json: { name: "bot", scopes: SCOPES.filter((scope) => scope !== "admin"), password: owner.password },
  });
  const bot = (made.body as unknown as NewTokenView).token;
  if (!bot) throw new Error(`no token for the bot: ${made.status} ${made.text}`);

  return {
    pool,
    authorization(asker: Asker): string | null {
      if (asker === "visitor") return null;
      if (asker === "bot") return `Bearer ${bot}`;
      if (asker === "forger") return `Bearer ${users.admin.token.slice(0, -4)}AAAA`;
      return `Bearer ${users[asker].token}`;
    },
    /** Undoes suspensions and account deletions of the askers: otherwise soon every request is refused. */
    async revive() {
      // Requests run meanwhile, and lock rows in another order.
      await inTransaction(sql, (sql) => sql`UPDATE users SET suspended_at = NULL, suspended_until = NULL`);
      await inTransaction(sql, (sql) => sql`UPDATE channels SET suspended_at = NULL, suspended_until = NULL`);
      for (const [asker, user] of Object.entries(users)) {
        if ((await edge.ask("GET", "/api/v1/me", { token: user.token })).status === 200) continue;
        // Signed out or deleted: replaced by a new user.
        Object.assign(user, await edge.register());
        await appoint(asker, user.userId);
      }
    },
  };
}

const LEAKS = /node_modules|\/edge\/|\.ts:\d+|PostgresError|at (async )?\w+ \(|SELECT |secret that only the tests/;

/** Returns what is wrong with an answer; null: nothing. */
function createChecker(document: OpenApiDocument) {
  const ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true, logger: false });
  addFormats(ajv);
  ajv.addSchema({ ...document, $id: "openapi" });
  const pointer = (text: string) => encodeURIComponent(text.replaceAll("~", "~0").replaceAll("/", "~1"));

  return (request: FuzzRequest, response: Response, text: string): string | null => {
    const { status, headers } = response;
    if (status >= 500) return "a failure";
    if (LEAKS.test(text)) return "internals leak";
    if (!headers.get("x-request-id")) return "no request id";
    if (headers.get("access-control-allow-origin")) return "open to a foreign page";
    // A parameter with characters that no path segment can have, or an empty one, makes another path.
    const misled = !new RegExp(`^${request.pattern.replace(/\{\w+\}/g, "[^/]+")}$`).test(
      new URL(response.url || `http://x${request.path}`).pathname,
    );
    const method = request.method.toLowerCase();
    const described = document.paths[request.pattern]?.[method]?.responses[status];
    if (!described) return misled && (status === 404 || status === 405) ? null : `${status} is not in the document`;
    const [type] = (headers.get("content-type") ?? "").split(";");
    const types = Object.keys(described.content ?? {});
    if (types.length === 0) return text === "" ? null : "a body where none should be";
    if (!types.includes(type!)) return `${type} in the place of ${types}`;
    const at = ["paths", request.pattern, method, "responses", String(status), "content", type!, "schema"];
    const validate = ajv.getSchema(`openapi#/${at.map(pointer).join("/")}`);
    if (!validate) return "no schema";
    const isJson = /[/+]json$/.test(type!);
    if (!validate(isJson ? JSON.parse(text) : text))
      return `not as its schema says: ${ajv.errorsText(validate.errors)}`;
    return null;
  };
}
