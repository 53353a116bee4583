// One socket of a crowd: it audits what it gets, and after a loss it comes back with `resume`, like the web app.

import { solve } from "#edge/client/proof.ts";
import { reconnectionAfter } from "#edge/web/app/chat/reconnect.ts";
import type { ServerFrame } from "#schema/api/chat-frames.ts";
import type { Dialect } from "./dialects.ts";
import type { LineAudit } from "./line-audit.ts";
import { nowMs } from "./line-body.ts";
import { RawWebSocket } from "./raw-websocket.ts";

const WELCOME_WITHIN_MS = 15_000;
const ENTRIES = Buffer.from('{"type":"entries"');
const WELCOME = Buffer.from('{"type":"welcome"');
/** The end of a welcome: its entries, as in a frame of entries. */
const WELCOME_ENTRIES = Buffer.from(',"entries":[');

export interface MemberFacts {
  /** Sockets that were welcomed at least once. */
  joined: number;
  /** Connections without a welcome, by close code or HTTP status. */
  failures: Record<string, number>;
  /** Closes of welcomed sockets, by code. */
  closes: Record<string, number>;
  /** From the first try to the welcome. */
  joinsMs: number[];
  /** From the loss of a socket to the welcome of the next. */
  returnsMs: number[];
  /** A resume that the server did not take: entries between are unknown. */
  unresumed: number;
}

export const newFacts = (): MemberFacts => ({
  joined: 0,
  failures: {},
  closes: {},
  joinsMs: [],
  returnsMs: [],
  unresumed: 0,
});

interface MemberParts {
  /** Edges in order: after each loss the next one. */
  urls: readonly string[];
  channel: string;
  dialect: Dialect;
  audit: LineAudit;
  facts: MemberFacts;
  /** Which of the edges is the first. */
  turn: number;
  token?: string;
}

export class Member {
  /** Of the newest entry; null: never welcomed. */
  headSeq: number | null = null;
  isIn = false;
  #socket: RawWebSocket | null = null;
  #turn: number;
  #failures = 0;
  #byeMs: number | null = null;
  #beganMs: number | null = null;
  #lostMs: number | null = null;
  #hasLeft = false;

  constructor(private readonly parts: MemberParts) {
    this.#turn = parts.turn;
  }

  /** Called with `said`, `refused` and after each welcome. */
  onAnswer: (frame: Extract<ServerFrame, { type: "said" | "refused" }> | { type: "welcome" }) => void = () => {};

  enter() {
    if (this.#hasLeft) return;
    const { urls, channel, dialect } = this.parts;
    this.#beganMs ??= nowMs();
    const late = setTimeout(() => socket.close(), WELCOME_WITHIN_MS);
    const socket = new RawWebSocket(new URL(dialect.path(channel), urls[this.#turn % urls.length]), {
      opened: () => {
        if (dialect.isReadyAtOnce) this.#hello();
      },
      received: (packet) => {
        const found = dialect.unwrap(packet);
        if (Buffer.isBuffer(found)) return this.#take(found, () => clearTimeout(late));
        if (found.reply !== null) socket.send(found.reply);
        if (found.isReady) this.#hello();
      },
      closed: (code, status) => {
        clearTimeout(late);
        this.#closed(code, status);
      },
    });
    this.#socket = socket;
  }

  send(frame: object): boolean {
    if (!this.isIn) return false;
    this.#socket?.send(this.parts.dialect.wrap(JSON.stringify(frame)));
    return true;
  }

  /** Reads so many bytes a second from now on; 0: none. */
  readSlowly(bytesPerS: number) {
    this.#socket?.throttle(bytesPerS);
  }

  leave() {
    this.#hasLeft = true;
    this.#socket?.close();
  }

  #hello() {
    const { token, dialect } = this.parts;
    const resume = this.headSeq === null ? {} : { resume: { seq: this.headSeq } };
    this.#socket?.send(dialect.wrap(JSON.stringify({ type: "hello", ...(token && { token }), ...resume })));
  }

  #take(frame: Buffer, welcomed: () => void) {
    const { audit } = this.parts;
    if (startsWith(frame, ENTRIES)) this.headSeq = audit.took(frame, this.headSeq, nowMs());
    else if (startsWith(frame, WELCOME)) {
      welcomed();
      this.#welcomed(frame);
    } else {
      const other = JSON.parse(frame.toString()) as ServerFrame;
      if (other.type === "said" || other.type === "refused") this.onAnswer(other);
      else if (other.type === "bye") this.#byeMs = other.retryAfterMs;
      else if (other.type === "challenge") void this.#prove(other);
    }
  }

  async #prove({ challenge, bits }: Extract<ServerFrame, { type: "challenge" }>) {
    const socket = this.#socket;
    const solution = await solve(challenge, bits, () => Bun.sleep(0));
    socket?.send(this.parts.dialect.wrap(JSON.stringify({ type: "proof", challenge, solution })));
  }

  #welcomed(frame: Buffer) {
    const { facts, audit } = this.parts;
    const atMs = nowMs();
    const entriesAt = frame.lastIndexOf(WELCOME_ENTRIES);
    const { seq, resumed } = JSON.parse(`${frame.toString("utf8", 0, entriesAt)}}`) as {
      seq: number;
      resumed: boolean;
    };
    if (this.headSeq === null) {
      facts.joined++;
      facts.joinsMs.push(atMs - this.#beganMs!);
    } else {
      facts.returnsMs.push(atMs - this.#lostMs!);
      if (!resumed) facts.unresumed++;
    }
    const before = resumed ? this.headSeq : null;
    const entries = Buffer.concat([Buffer.from('{"entries":['), frame.subarray(entriesAt + WELCOME_ENTRIES.length)]);
    this.headSeq = audit.took(entries, before, atMs) ?? seq;
    this.#failures = 0;
    this.isIn = true;
    this.onAnswer({ type: "welcome" });
  }

  #closed(code: number, status: number | undefined) {
    const { facts } = this.parts;
    if (this.isIn) {
      this.#lostMs = nowMs();
      count(facts.closes, code);
    } else {
      this.#failures++;
      count(facts.failures, status ?? code);
    }
    this.isIn = false;
    this.#turn++;
    if (this.#hasLeft) return;
    const byeMs = this.#byeMs;
    this.#byeMs = null;
    const next = reconnectionAfter({ code, failures: this.#failures, byeMs, chance: Math.random() });
    if (next.reconnect) setTimeout(() => this.enter(), next.delayMs);
  }
}

const startsWith = (frame: Buffer, head: Buffer) => head.compare(frame, 0, head.length) === 0;

function count(counts: Record<string, number>, key: string | number) {
  counts[key] = (counts[key] ?? 0) + 1;
}
