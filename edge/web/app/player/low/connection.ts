// The connection to `live.ws`, again after each loss, until another way of delivery is better.

import { type LiveFrame, type LiveRecord, type LiveRequest, liveClose, RECORD } from "#schema/wire/live-stream.ts";
import { after, steadyMs } from "../../clock.ts";
import { random } from "../../random.ts";
import type { FallBackReason } from "../latency-choice.ts";
import { Attempts, type Next } from "./attempts.ts";
import { LiveSocket, liveSocketAddress } from "./live-socket.ts";

interface ConnectionEvents {
  /** A new connection is made: what comes first is a burst. */
  connects(): void;
  /** It is open. */
  opened(): void;
  frame(frame: LiveFrame): void;
  record(record: LiveRecord): void;
  /** The right to watch has ended. */
  denied(): void;
  /** It is not tried again. Once. */
  over(reason: FallBackReason): void;
}

const FIRST_MEDIA_WITHIN_MS = 4_000;

export class LowConnection {
  private readonly attempts = new Attempts();
  private url = "";
  private socket: LiveSocket | null = null;
  private hasMedia = false;
  private isResting = false;
  /** Since when media come by this connection; null: they do not. */
  private comesSinceMs: number | null = null;
  private cancelAgain = () => {};
  private cancelFirst = () => {};
  private isOver = false;

  constructor(private readonly events: ConnectionEvents) {}

  /** Media come at this moment. */
  get isComing(): boolean {
    return this.comesSinceMs !== null;
  }

  /** The address of the multivariant playlist: a new one, with a new right to watch, is for the next connection. */
  load(url: string) {
    this.url = url;
    if (!this.socket && !this.isResting) this.connect();
  }

  send(request: LiveRequest) {
    this.socket?.send(request);
  }

  /** Nothing is sent while nobody sees or hears it, and what is lost is not connected again. */
  rest(on: boolean) {
    this.isResting = on;
    if (on) return this.send({ type: "pause" });
    if (!this.socket) return this.connect();
    this.send({ type: "resume" });
  }

  /** The browser could not append or decode what came. `isSupported`: it knows the codecs. */
  mediaFailed(isSupported: boolean) {
    this.ended(() =>
      isSupported ? this.attempts.mediaError(this.comesForMs(), random()) : { phase: "over", reason: "browser" },
    );
  }

  /** May be called twice. */
  stop() {
    this.isOver = true;
    this.cancelAgain();
    this.cancelFirst();
    this.socket?.close();
  }

  private connect() {
    this.cancelAgain();
    this.comesSinceMs = null;
    if (!this.hasMedia)
      this.cancelFirst = after(FIRST_MEDIA_WITHIN_MS, () => this.ended(() => this.attempts.noPicture()));
    this.events.connects();
    this.socket = new LiveSocket(liveSocketAddress(this.url, document.baseURI), {
      opened: () => this.events.opened(),
      frame: (frame) => this.heard(frame),
      record: (record) => this.received(record),
      closed: (code) => {
        if (code === liveClose.denied) this.events.denied();
        this.ended(() => this.attempts.closed(code, this.comesForMs(), random()));
      },
    });
  }

  private heard(frame: LiveFrame) {
    if (frame.type === "bye")
      return this.ended(() => this.attempts.sentAway(frame.retryAfterMs, this.comesForMs(), random()));
    if (frame.type === "waiting") {
      this.cancelFirst();
      this.comesSinceMs = null;
    }
    this.events.frame(frame);
  }

  private received(record: LiveRecord) {
    if (record.kind === RECORD.fragment) {
      this.comesSinceMs ??= steadyMs();
      this.hasMedia = true;
      this.cancelFirst();
    }
    this.events.record(record);
  }

  private comesForMs = () => (this.comesSinceMs === null ? null : steadyMs() - this.comesSinceMs);

  /** This connection is of no use any more. */
  private ended(next: () => Next) {
    if (this.isOver) return;
    this.cancelFirst();
    const then = next();
    this.socket?.close();
    this.socket = null;
    this.comesSinceMs = null;
    if (then.phase === "over") {
      this.stop();
      this.events.over(then.reason);
    } else if (!this.isResting) this.cancelAgain = after(then.afterMs, () => this.connect());
  }
}
