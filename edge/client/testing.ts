// For tests only: a server of one room and a clock, both turned by hand.

import type { ServerFrame } from "#schema/api/chat-frames.ts";
import { DEFAULT_ROOM_SETTINGS } from "#schema/wire/room.ts";
import type { Line } from "./api.ts";
import type { ClientClock } from "./clock.ts";
import type { ClientSocket } from "./socket.ts";

/** Nothing rings before `pass`. Without chance: pauses have their full length. */
export class HandClock implements ClientClock {
  #nowMs = 0;
  #timers: { atMs: number; ring: () => void }[] = [];

  nowMs() {
    return this.#nowMs;
  }

  chance() {
    return 1;
  }

  after(ms: number, ring: () => void) {
    const timer = { atMs: this.#nowMs + ms, ring };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Rings what is due, in order, and lets promises settle in between. */
  async pass(ms: number) {
    const untilMs = this.#nowMs + ms;
    await settled();
    for (;;) {
      const next = this.#timers.filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.ring();
      await settled();
    }
    this.#nowMs = untilMs;
  }

  get timers() {
    return this.#timers.length;
  }
}

/** After all promises that can settle now. */
export const settled = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve();
};

type Sent = { type: string; token?: string; resume?: { seq: number }; nonce?: string; body?: string; hidden?: boolean };

/** One connection, seen from the server. */
export class FakeSocket implements ClientSocket {
  readyState = 0;
  onopen: ClientSocket["onopen"] = null;
  onmessage: ClientSocket["onmessage"] = null;
  onclose: ClientSocket["onclose"] = null;
  onerror: ClientSocket["onerror"] = null;
  readonly sent: Sent[] = [];
  closedByClient = false;

  constructor(
    readonly url: string,
    readonly atMs: number,
  ) {}

  send(text: string) {
    this.sent.push(JSON.parse(text) as Sent);
  }

  close() {
    this.closedByClient = true;
    this.drop(1_005);
  }

  /** The handshake is done. Returns the hello. */
  open(): Sent {
    this.readyState = 1;
    this.onopen?.({});
    return this.sent[0]!;
  }

  say(frame: ServerFrame) {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  /** Closes the connection from the server's side. */
  drop(code: number) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code });
  }

  get says() {
    return this.sent.filter(({ type }) => type === "say");
  }

  get isOpen() {
    return this.readyState < 3;
  }
}

export class FakeServer {
  readonly sockets: FakeSocket[] = [];
  readonly clock = new HandClock();
  readonly WebSocket: new (
    url: string,
  ) => ClientSocket;

  constructor() {
    const { sockets, clock } = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url: string) {
        super(url, clock.nowMs());
        sockets.push(this);
      }
    };
  }

  get last() {
    return this.sockets.at(-1)!;
  }

  /** Pauses between the connections, ms. */
  get pauses() {
    return this.sockets.slice(1).map(({ atMs }, i) => atMs - this.sockets[i]!.atMs);
  }
}

const nobody = { id: "u", login: "ada", displayName: "Ada", color: "#000000", badges: [] };
export const entry = (seq: number, body = `line ${seq}`): Line => ({
  ...{ seq, at: "2026-11-29T20:00:00.000Z", kind: "line", id: `id ${seq}`, user: nobody, body },
});

export const welcome = (seq: number, entries: Line[] = [], resumed = false): ServerFrame => ({
  ...{ type: "welcome", protocol: 1, you: null, room: DEFAULT_ROOM_SETTINGS, seq, viewers: 1, resumed, entries },
});
