// A room's WebSocket and its reconnects: hello, resume, back-off and close codes of contract §4. room.ts handles the frames.
//
//   connecting ──welcome──► open ──close──► reconnecting ──delay──► connecting
//                                    └─ 4500–4999 except 4501 ─► closed

import type { ClientFrame, ServerFrame } from "#schema/api/chat-frames.ts";
import { close } from "#schema/wire/socket.ts";
import { SilenceWatch } from "../../../client/silence-watch.ts";
import { welcomeWithinMs } from "../../../client/welcome-within.ts";
import { after, every, steadyMs, wallMs } from "../clock.ts";
import { random } from "../random.ts";
import { type Reconnection, reconnectionAfter } from "./reconnect.ts";

export type ConnectionState =
  | { phase: "connecting" }
  | { phase: "open" }
  | { phase: "reconnecting" }
  | { phase: "closed"; reason: Extract<Reconnection, { reconnect: false }>["reason"] };

export interface ConnectionOptions {
  /** Absolute, `ws:` or `wss:`. */
  url: string;
  /** The current access token; null: join as a guest, who can only read. */
  token(): Promise<string | null>;
  /** See viewer-name.ts. Absent: the socket is counted by its user, or by itself. */
  viewer?(): string;
  /** Called before reconnecting after 4003 or 4501. */
  renewToken(): Promise<unknown>;
  /** The `seq` to resume from; null: nothing received yet. */
  resumeSeq(): number | null;
  onFrame(frame: ServerFrame): void;
  onState(state: ConnectionState): void;
}

/** As when a connection is lost. */
const LOST = 1006;
/** A connection closed earlier than this counts as a failure: welcome and close in turn must not become a fast loop. */
const STABLE_AFTER_MS = 5_000;
const SLEEP_CHECK_EVERY_MS = 5_000;
/** A check this late means that the computer slept. */
const SLEPT_MS_MIN = 15_000;

export class Connection {
  private socket: WebSocket | null = null;
  private failures = 0;
  private byeMs: number | null = null;
  /** After 4501: `renewed` while the renewed token is tried, `guest` once that was refused too. A stable connection resets it. */
  private revoked: "no" | "renewed" | "guest" = "no";
  private openSinceMs: number | null = null;
  /** Null: no reconnect is scheduled. */
  private cancelReconnect: (() => void) | null = null;
  private stopSleepCheck = () => {};
  private readonly online = () => this.skipDelay();
  private readonly looked = () => this.tellAttention();
  /** What the server believes; each connection begins with a page that is looked at. */
  private saidHidden = false;
  /** Number of the current attempt; events of earlier attempts are dropped. */
  private attempt = 0;
  private readonly silence = new SilenceWatch(
    { nowMs: steadyMs, after },
    { ask: () => void this.send({ type: "ping" }), gone: () => this.abandon() },
  );

  constructor(private readonly options: ConnectionOptions) {}

  start() {
    let checkedMs = wallMs();
    this.stopSleepCheck = every(SLEEP_CHECK_EVERY_MS, () => {
      // After a computer slept, its socket looks open but is dead.
      const sleptMs = wallMs() - checkedMs - SLEEP_CHECK_EVERY_MS;
      checkedMs = wallMs();
      if (sleptMs > SLEPT_MS_MIN) this.reconnect();
    });
    globalThis.addEventListener?.("online", this.online);
    globalThis.document?.addEventListener("visibilitychange", this.looked);
    this.connect();
  }

  /** May be called twice. */
  stop() {
    this.stopSleepCheck();
    globalThis.removeEventListener?.("online", this.online);
    globalThis.document?.removeEventListener("visibilitychange", this.looked);
    this.disconnect();
  }

  /** False when the socket is not open: the frame was not sent. */
  send(frame: ClientFrame): boolean {
    if (this.openSinceMs === null || this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    if (frame.type === "say") this.silence.expect();
    return true;
  }

  /** A hidden page needs no frame for each line. */
  private tellAttention() {
    const hidden = globalThis.document?.visibilityState === "hidden";
    if (hidden !== this.saidHidden && this.send({ type: "attention", hidden })) this.saidHidden = hidden;
  }

  /** Opens a new socket and resumes: after a hole in the entries, a sleep, or a change of user. */
  reconnect() {
    this.revoked = "no";
    this.disconnect();
    this.connect();
  }

  /** Connects now if a reconnect is scheduled: the network is back. */
  private skipDelay() {
    if (this.socket !== null || this.cancelReconnect === null) return;
    this.disconnect();
    this.connect();
  }

  private disconnect() {
    this.attempt++;
    this.cancelReconnect?.();
    this.cancelReconnect = null;
    this.openSinceMs = null;
    this.silence.end();
    this.socket?.close(1000);
    this.socket = null;
  }

  /** Does not wait for the other end, which may be gone. */
  private abandon() {
    const { socket } = this;
    this.attempt++;
    socket?.close();
    this.closed(LOST);
  }

  private connect() {
    const attempt = ++this.attempt;
    this.cancelReconnect = null;
    this.byeMs = null;
    this.options.onState({ phase: "connecting" });
    const socket = new WebSocket(this.options.url);
    this.socket = socket;
    const withinMs = welcomeWithinMs({ wasWelcome: this.options.resumeSeq() !== null, failures: this.failures });
    const cancelLate = after(withinMs, () => attempt === this.attempt && this.abandon());
    socket.onopen = async () => {
      const token = this.revoked === "guest" ? null : await this.options.token();
      const seq = this.options.resumeSeq();
      const hello: ClientFrame = {
        type: "hello",
        ...(token ? { token } : {}),
        ...(seq === null ? {} : { resume: { seq } }),
        ...(this.options.viewer && { viewer: this.options.viewer() }),
      };
      if (attempt === this.attempt && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(hello));
    };
    socket.onmessage = ({ data }) => {
      if (attempt !== this.attempt || typeof data !== "string") return;
      const frame = JSON.parse(data) as ServerFrame;
      this.silence.heard();
      if (frame.type === "welcome") {
        cancelLate();
        this.silence.begin();
        this.openSinceMs = wallMs();
        this.saidHidden = false;
        this.tellAttention();
        this.options.onState({ phase: "open" });
      }
      if (frame.type === "bye") this.byeMs = frame.retryAfterMs;
      if (frame.type === "challenge") void import("../prove.ts").then((work) => work.answer(socket, frame));
      this.options.onFrame(frame);
      // Closes the socket itself: the edge may be killed before it does.
      if (frame.type === "bye") socket.close(1000);
    };
    socket.onclose = ({ code }) => {
      cancelLate();
      if (attempt === this.attempt) this.closed(code);
    };
  }

  private closed(code: number) {
    const isStable = this.openSinceMs !== null && wallMs() - this.openSinceMs >= STABLE_AFTER_MS;
    if (isStable) this.failures = 0;
    if (isStable && this.revoked === "renewed") this.revoked = "no";
    const renewed = this.revoked === "renewed";
    const next = reconnectionAfter({ code, failures: this.failures, byeMs: this.byeMs, renewed, chance: random() });
    this.failures++;
    this.socket = null;
    this.openSinceMs = null;
    this.silence.end();
    if (!next.reconnect) {
      this.options.onState({ phase: "closed", reason: next.reason });
      return;
    }
    if (code === close.badToken) this.revoked = next.asGuest ? "guest" : "renewed";
    this.options.onState({ phase: "reconnecting" });
    const attempt = this.attempt;
    this.cancelReconnect = after(next.delayMs, async () => {
      if (next.renewToken) await this.options.renewToken();
      if (attempt === this.attempt) this.connect();
    });
  }
}
