// A room's socket and its returns: hello, resume, back-off and close codes of contract §4. What frames mean is room.ts' business.
//
//   connecting ──welcome──► open ──close──► returning ──delay──► connecting
//                                    └─ 4500–4999, but not 4501 ─► closed

import { type ClientFrame, close, type ServerFrame } from "#schema/wire/socket.ts";
import { after, every, wallMs } from "../clock.ts";
import { random } from "../random.ts";
import { type Return, returnAfter } from "./reconnect.ts";

export type ConnectionState =
  | { phase: "connecting" }
  | { phase: "open" }
  | { phase: "returning" }
  | { phase: "closed"; reason: Extract<Return, { come: "never" }>["reason"] };

export interface ConnectionOptions {
  /** Absolute, `ws:` or `wss:`. */
  url: string;
  /** The access token of now; null reads only. */
  token(): Promise<string | null>;
  /** Gets a new one before the socket comes back from 4003 or 4501. */
  renewToken(): Promise<unknown>;
  /** What `resume` asks from; null: nothing seen yet. */
  resumeSeq(): number | null;
  onFrame(frame: ServerFrame): void;
  onState(state: ConnectionState): void;
}

const WELCOME_WITHIN_MS = 10_000;
/** Open for less than this counts as another failure: a welcome followed by a close must not become a fast loop. */
const SOUND_AFTER_MS = 5_000;
const PULSE_MS = 5_000;

export class Connection {
  private socket: WebSocket | null = null;
  private failures = 0;
  private byeMs: number | null = null;
  /** Since 4501: `trying` the renewed token, or a `guest` because that was refused too. Until a sound connection or `comeBack`. */
  private revoked: "no" | "trying" | "guest" = "no";
  private openSinceMs: number | null = null;
  /** Null: no return is under way. */
  private cancelReturn: (() => void) | null = null;
  private endPulse = () => {};
  private readonly online = () => this.hurry();
  /** Counts attempts, so that what an old one says late is dropped. */
  private attempt = 0;

  constructor(private readonly options: ConnectionOptions) {}

  start() {
    let beatMs = wallMs();
    this.endPulse = every(PULSE_MS, () => {
      // A computer that slept has a socket that only looks alive.
      const sleptMs = wallMs() - beatMs - PULSE_MS;
      beatMs = wallMs();
      if (sleptMs > 15_000) this.comeBack();
    });
    globalThis.addEventListener?.("online", this.online);
    this.connect();
  }

  /** May be called twice. */
  stop() {
    this.endPulse();
    globalThis.removeEventListener?.("online", this.online);
    this.leave();
  }

  /** False when the socket is not open: the frame was not sent. */
  send(frame: ClientFrame): boolean {
    if (this.openSinceMs === null || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Drops the socket and resumes: after a hole in the entries, a sleep, or another user. */
  comeBack() {
    this.revoked = "no";
    this.leave();
    this.connect();
  }

  /** The network is back: no reason to wait. */
  private hurry() {
    if (this.socket !== null || this.cancelReturn === null) return;
    this.leave();
    this.connect();
  }

  private leave() {
    this.attempt++;
    this.cancelReturn?.();
    this.cancelReturn = null;
    this.openSinceMs = null;
    this.socket?.close(1000);
    this.socket = null;
  }

  private connect() {
    const attempt = ++this.attempt;
    this.cancelReturn = null;
    this.byeMs = null;
    this.options.onState({ phase: "connecting" });
    const socket = new WebSocket(this.options.url);
    this.socket = socket;
    const cancelLate = after(WELCOME_WITHIN_MS, () => socket.close(4002));
    socket.onopen = async () => {
      const token = this.revoked === "guest" ? null : await this.options.token();
      const seq = this.options.resumeSeq();
      const hello: ClientFrame = {
        type: "hello",
        ...(token ? { token } : {}),
        ...(seq === null ? {} : { resume: { seq } }),
      };
      if (attempt === this.attempt && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(hello));
    };
    socket.onmessage = ({ data }) => {
      if (attempt !== this.attempt || typeof data !== "string") return;
      const frame = JSON.parse(data) as ServerFrame;
      if (frame.type === "welcome") {
        cancelLate();
        this.openSinceMs = wallMs();
        this.options.onState({ phase: "open" });
      }
      if (frame.type === "bye") this.byeMs = frame.retryAfterMs;
      this.options.onFrame(frame);
      // Leaves by itself: the edge may be killed before it says goodbye.
      if (frame.type === "bye") socket.close(1000);
    };
    socket.onclose = ({ code }) => {
      cancelLate();
      if (attempt === this.attempt) this.closed(code);
    };
  }

  private closed(code: number) {
    const sound = this.openSinceMs !== null && wallMs() - this.openSinceMs >= SOUND_AFTER_MS;
    if (sound) this.failures = 0;
    if (sound && this.revoked === "trying") this.revoked = "no";
    const renewed = this.revoked === "trying";
    const next = returnAfter({ code, failures: this.failures, byeMs: this.byeMs, renewed, chance: random() });
    this.failures++;
    this.socket = null;
    this.openSinceMs = null;
    if (next.come === "never") {
      this.options.onState({ phase: "closed", reason: next.reason });
      return;
    }
    if (code === close.badToken) this.revoked = next.asGuest ? "guest" : "trying";
    this.options.onState({ phase: "returning" });
    const attempt = this.attempt;
    this.cancelReturn = after(next.delayMs, async () => {
      if (next.renewToken) await this.options.renewToken();
      if (attempt === this.attempt) this.connect();
    });
  }
}
