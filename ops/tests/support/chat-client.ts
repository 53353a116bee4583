// A chat client that sends hello and lines and keeps every frame. Contract §4.

import type { LineEntry } from "#schema/api/chat.ts";
import type { ServerFrame } from "#schema/api/chat-frames.ts";
import { patient } from "#schema/testing-slowness.ts";
import type { Entry } from "#schema/wire/room.ts";
import { until } from "./until.ts";

export type Verdict = Extract<ServerFrame, { type: "said" } | { type: "refused" }>;

interface ChatClientOptions {
  /** `http://host:port` of an edge. */
  url: string;
  /** Login or id. */
  channel: string;
  /** Without a token the client can only read. */
  token?: string;
  resume?: { seq: number };
}

export class ChatClient {
  /** All frames, in order of arrival. */
  readonly frames: ServerFrame[] = [];
  /** All entries of all frames, in order of arrival. */
  readonly entries: Entry[] = [];
  /** Set once the socket is closed. */
  closed: { code: number; reason: string } | null = null;
  readonly #waiting = new Map<string, (verdict: Verdict) => void>();
  readonly #welcomed = Promise.withResolvers<Extract<ServerFrame, { type: "welcome" }>>();

  private constructor(readonly socket: WebSocket) {}

  /** Resolves after `welcome`. Rejects when the socket closes before, or without one within 10 s on a fast machine. */
  static async join({ url, channel, token, resume }: ChatClientOptions): Promise<ChatClient> {
    const socket = new WebSocket(`${url.replace(/^http/, "ws")}/api/v1/channels/${channel}/chat`);
    const client = new ChatClient(socket);
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: "hello", ...(token ? { token } : {}), ...(resume ? { resume } : {}) }));
    socket.onmessage = ({ data }) => client.#take(JSON.parse(String(data)) as ServerFrame);
    socket.onclose = ({ code, reason }) => client.#end(code, reason);
    const late = setTimeout(() => client.#welcomed.reject(new Error("no welcome in time")), patient(10_000));
    await client.#welcomed.promise.finally(() => clearTimeout(late));
    return client;
  }

  get welcome() {
    return this.#welcomed.promise;
  }

  get lines(): LineEntry[] {
    return this.entries.filter((entry) => entry.kind === "line");
  }

  /** Highest `seq` seen; 0 before the first entry. */
  get headSeq() {
    return this.entries.at(-1)?.seq ?? 0;
  }

  /** Sends a line; resolves with the server's answer, or with `refused unavailable` when the socket closes first. */
  say(body: string, nonce: string = crypto.randomUUID()): Promise<Verdict> {
    return new Promise((resolve) => {
      if (this.closed) return resolve({ type: "refused", nonce, code: "unavailable" });
      this.#waiting.set(nonce, resolve);
      this.socket.send(JSON.stringify({ type: "say", nonce, body }));
    });
  }

  /** Like `say`, and like a client in use: a line of which nobody knows whether it was stored is sent again with its nonce, and one for which
   *  the room has no time is sent later. */
  async sayPatiently(body: string, withinMs = 10_000): Promise<Verdict> {
    const nonce = crypto.randomUUID();
    const deadlineMs = performance.now() + patient(withinMs);
    for (;;) {
      const verdict = await this.say(body, nonce);
      const isOver = this.closed !== null || performance.now() > deadlineMs;
      if (verdict.type === "said" || isOver || !["unavailable", "busy"].includes(verdict.code)) return verdict;
      await Bun.sleep(verdict.retryAfterMs ?? 200);
    }
  }

  /** Resolves when the client has the entry with that `seq`. */
  async has(seq: number, withinMs = 10_000) {
    await until(`entry ${seq}`, () => this.headSeq >= seq, { withinMs, everyMs: 10 });
  }

  async leave() {
    this.socket.close(1000);
    await until("the socket to close", () => this.closed !== null);
  }

  #take(frame: ServerFrame) {
    this.frames.push(frame);
    if (frame.type === "welcome") this.#welcomed.resolve(frame);
    if (frame.type === "welcome" || frame.type === "entries") this.entries.push(...frame.entries);
    if ((frame.type === "said" || frame.type === "refused") && frame.nonce !== undefined) {
      this.#waiting.get(frame.nonce)?.(frame);
      this.#waiting.delete(frame.nonce);
    }
  }

  #end(code: number, reason: string) {
    this.closed = { code, reason };
    this.#welcomed.reject(new Error(`closed ${code} ${reason} before welcome`));
    this.#welcomed.promise.catch(() => {}); // Perhaps no caller waits for it any more.
    for (const [nonce, resolve] of this.#waiting) resolve({ type: "refused", nonce, code: "unavailable" });
    this.#waiting.clear();
  }
}
