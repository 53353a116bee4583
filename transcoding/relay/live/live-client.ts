// A client of live.ws at an edge's internal port (schema/wire/live-stream.ts): keeps one rendition of one channel coming, from whichever edge
// lives.
//
//   dialling ──► open ──closed, silent──► pause ──► dialling the next edge
//      └ no edge for GIVE_UP_MS: gone            └ `ended`: over

import { Backoff } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import {
  LIVE_PROTOCOL,
  type LiveFrame,
  type LiveHead,
  type LiveRecord,
  type LiveRendition,
  liveClose,
  RECORD,
  RecordReader,
} from "#schema/wire/live-stream.ts";
import { sourceConnects } from "../metrics.ts";

const DIAL_MS = 2_000;
const PAUSES = { firstMs: 100, longestMs: 1_000 };
/** Without a frame for this time the edge may be gone, or the encoder is away: only another edge tells. Doubles while nothing comes. */
const SILENT_MS = { first: 4_000, longest: 32_000 };
const GIVE_UP_MS = 10_000;

export interface LiveEvents {
  /** Best first. */
  renditions(renditions: LiveRendition[]): void;
  /** What follows belongs to it, and begins with a keyframe. */
  head(head: LiveHead, init: Uint8Array): void;
  fragment(fragment: LiveRecord): void;
  /** The broadcast is over, or no edge has it. Nothing comes after it. */
  over(why: "ended" | "unreachable"): void;
}

export interface Socket {
  close(): void;
}

export interface SocketEvents {
  open(): void;
  text(text: string): void;
  bytes(bytes: Uint8Array): void;
  /** Once, also when it never opened. Not after `close`. */
  closed(code: number): void;
}

/** `url`: `ws://…`. Never throws. */
export type Dial = (url: string, events: SocketEvents) => Socket;

export const dialWebSocket: Dial = (url, events) => {
  const socket = new WebSocket(url, LIVE_PROTOCOL);
  let isClosed = false;
  const end = (code: number) => {
    if (isClosed) return;
    isClosed = true;
    events.closed(code);
  };
  socket.binaryType = "arraybuffer";
  socket.onopen = () => !isClosed && events.open();
  socket.onmessage = ({ data }) => {
    if (isClosed) return;
    if (typeof data === "string") events.text(data);
    else events.bytes(new Uint8Array(data as ArrayBuffer));
  };
  socket.onclose = ({ code }) => end(code);
  socket.onerror = () => end(1006);
  return {
    close() {
      isClosed = true;
      socket.close();
    },
  };
};

interface LiveClientOptions {
  clock: Clock;
  dial: Dial;
  /** `http://host:port` of internal ports. */
  edges: readonly string[];
  /** Which of them is tried first: channels spread over them. */
  firstEdge: number;
  channelId: string;
  rendition: string;
  events: LiveEvents;
}

export class LiveClient {
  #edge: number;
  #socket: Socket | null = null;
  #cancel = () => {};
  readonly #pauses = new Backoff(PAUSES);
  #silentMs = SILENT_MS.first;
  /** Since when no socket is open. */
  #failsSinceMs: number | null;
  #head: LiveHead | null = null;
  #isOver = false;

  constructor(private readonly options: LiveClientOptions) {
    this.#edge = options.firstEdge % options.edges.length;
    this.#failsSinceMs = options.clock.monoMs();
    this.#dial();
  }

  /** This edge does not send what was asked for. */
  leave() {
    if (!this.#isOver) this.#elsewhere();
  }

  stop() {
    this.#isOver = true;
    this.#drop();
  }

  #dial() {
    const { clock, dial, edges, channelId, rendition } = this.options;
    this.#head = null;
    const url = `${edges[this.#edge]!.replace(/^http/, "ws")}/live/${channelId}/live.ws?rendition=${rendition}`;
    let isOpen = false;
    const socket = dial(url, {
      open: () => {
        isOpen = true;
        this.#failsSinceMs = null;
        sourceConnects.inc({ outcome: "open" });
        this.#watchSilence();
      },
      text: (text) => this.#text(text),
      bytes: (bytes) => this.#bytes(bytes),
      closed: (code) => {
        if (this.#socket !== socket) return;
        if (!isOpen) sourceConnects.inc({ outcome: "failed" });
        this.#closed(code);
      },
    });
    this.#socket = socket;
    this.#cancel = clock.timer(DIAL_MS, () => {
      sourceConnects.inc({ outcome: "failed" });
      this.#elsewhere();
    });
  }

  #closed(code: number) {
    if (code === 1000 || code === liveClose.channelGone) return this.#end("ended");
    if (code === liveClose.goingAway) this.#pauses.reset();
    this.#elsewhere();
  }

  /** Another edge, after a pause. */
  #elsewhere() {
    const { clock, edges } = this.options;
    this.#drop();
    const nowMs = clock.monoMs();
    this.#failsSinceMs ??= nowMs;
    if (nowMs - this.#failsSinceMs >= GIVE_UP_MS) return this.#end("unreachable");
    this.#edge = (this.#edge + 1) % edges.length;
    this.#cancel = clock.timer(this.#pauses.nextMs(), () => this.#dial());
  }

  #watchSilence() {
    this.#cancel();
    this.#cancel = this.options.clock.timer(this.#silentMs, () => {
      this.#silentMs = Math.min(SILENT_MS.longest, 2 * this.#silentMs);
      sourceConnects.inc({ outcome: "silent" });
      this.#elsewhere();
    });
  }

  #text(text: string) {
    if (this.#isOver) return;
    this.#watchSilence();
    const frame = parse(text);
    if (frame?.type === "head") this.#head = frame;
    else if (frame?.type === "renditions") this.options.events.renditions(frame.renditions);
    else if (frame?.type === "ended") this.#end("ended");
  }

  #bytes(bytes: Uint8Array) {
    if (this.#isOver) return;
    this.#silentMs = SILENT_MS.first;
    this.#pauses.reset();
    this.#watchSilence();
    const socket = this.#socket;
    for (const record of new RecordReader().push(bytes)) {
      if (this.#isOver || this.#socket !== socket) return;
      if (record.kind === RECORD.init && this.#head) this.options.events.head(this.#head, record.bytes);
      else if (record.kind === RECORD.fragment && this.#head) this.options.events.fragment(record);
    }
  }

  #end(why: "ended" | "unreachable") {
    if (this.#isOver) return;
    this.stop();
    this.options.events.over(why);
  }

  #drop() {
    this.#cancel();
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}

function parse(text: string): LiveFrame | null {
  try {
    return JSON.parse(text) as LiveFrame;
  } catch {
    return null;
  }
}
