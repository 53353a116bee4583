// The typed client, `twitchclone/client`: its calls have the types of the API's own routes. Runs in Bun, browsers and Node from 20 on; Node 20
// has no WebSocket, so that `joinRoom` needs the one of the package `ws` there.
//
//   const api = createClient("https://live.example", { token: "tcl_pat_…" });
//   const { data, error } = await api.channels({ channel: "ada" }).get();

import type { Answer, Api, CallOptions, Problem } from "./api.ts";
import { systemClock } from "./clock.ts";
import { ClientError } from "./errors.ts";
import type { Room, RoomOptions } from "./room.ts";
import { connectRoom } from "./room-connection.ts";

export type { Answer, Api, CallOptions, Code, Line, Problem } from "./api.ts";
export { ClientError, RoomError } from "./errors.ts";
export type { Room, RoomOptions } from "./room.ts";
export type { ClientSocket, ClientSocketConstructor } from "./socket.ts";

export interface ClientOptions {
  /** An access token, or a bot's personal access token. Without a token, calls are made as a visitor. */
  token?: string;
}

export type Client = Api;

const PREFIX = "/api/v1";
const METHODS = new Set(["get", "post", "put", "patch", "delete"]);

/** `origin`: the site's origin, without a path. A call rejects only when no answer comes; a refusal is in `error`. */
export function createClient(origin: string, { token }: ClientOptions = {}): Client {
  const base = origin.replace(/\/+$/, "") + PREFIX;
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };

  /** `api.channels({ channel })` adds the parameter to the address; `api.channels.get()` sends the request. */
  function at(path: string): unknown {
    return new Proxy(() => {}, {
      get: (_, name) => (typeof name === "string" && name !== "then" ? at(`${path}/${name}`) : undefined),
      apply(_, __, args: unknown[]) {
        const end = path.lastIndexOf("/");
        const method = path.slice(end + 1);
        if (METHODS.has(method)) return call(method, path.slice(0, end), args);
        const [value] = Object.values((args[0] ?? {}) as Record<string, string>);
        return at(`${path}/${encodeURIComponent(String(value))}`);
      },
    });
  }

  async function call(method: string, path: string, args: unknown[]): Promise<Answer<unknown>> {
    const [body, options = {}] = (method === "get" ? [undefined, ...args] : args) as [unknown, CallOptions?];
    const { query, headers, signal } = options as CallOptions & {
      query?: Record<string, string | number | boolean | undefined>;
    };
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) search.set(name, String(value));
    const response = await fetch(`${base}${path}${search.size > 0 ? `?${search}` : ""}`, {
      method: method.toUpperCase(),
      headers: {
        ...authorization,
        // A file has a type of its own.
        ...(body == null || body instanceof Blob ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body == null ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
    const value = await readValue(response);
    const { status } = response;
    const rest = { status, headers: response.headers, response };
    if (!response.ok) return { data: null, error: { status, value: value as Problem | string }, ...rest };
    return { data: value, error: null, ...rest };
  }

  return at("") as Client;
}

/** Parsed JSON, or the text of any other content type; null without a body. */
async function readValue(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return null;
  return /^application\/([\w.+-]+\+)?json\b/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : text;
}

/** The answer's data. Throws ClientError with the code for a refusal. */
export async function dataOf<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error } = await call;
  if (error) throw new ClientError(error.value);
  return data as Data;
}

/** Resolves when the room sends `welcome`. Rejects with a RoomError if the server cannot be reached, or refuses for good. */
export const joinRoom = (options: RoomOptions): Promise<Room> => connectRoom(options, systemClock);
