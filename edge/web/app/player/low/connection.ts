// The connection to `live.ws`, again after each loss, until another way of delivery is better.

import {
  type LiveFrame,
  type LivePlace,
  type LiveRecord,
  type LiveRequest,
  liveClose,
  RECORD,
} from "#schema/wire/live-stream.ts";
import { SilenceWatch } from "../../../../client/silence-watch.ts";
import { after, steadyMs } from "../../clock.ts";
import { random } from "../../random.ts";
import type { FallBackReason } from "../latency-choice.ts";
import { Attempts, type Next } from "./attempts.ts";
import { LiveSocket, liveSocketAddress } from "./live-socket.ts";

interface ConnectionEvents {
  /** The rendition that is asked for; null: what the connection carries. */
  wish(): string | null;
  /** A new connection is made: what comes first is a burst. */
  connects(): void;
  frame(frame: LiveFrame): void;
  record(record: LiveRecord): void;
  /** The right to watch has ended. */
  denied(): void;
  /** It is not tried again. Once. `reason` null: there is nothing to play. */
  over(reason: FallBackReason | null): void;
}

/** A connection that brings nothing for so long is of no use, although nobody has closed it. */
const SILENT_MS_MAX = 4_000;
const LOST = 1006;

export class LowConnection {
  private readonly attempts = new Attempts();
  private url = "";
  private socket: LiveSocket | null = null;
  private hasMedia = false;
  private isResting = false;
  /** The broadcast is over. Another one is loaded. */
  private hasEnded = false;
  /** The server has said that nothing comes for now. */
  private isWaiting = false;
  /** When something came last. */
  private heardMs = 0;
  /** Since when media come by this connection; null: they do not. */
  private comesSinceMs: number | null = null;
  private cancelAgain = () => {};
  private isOver = false;
  private broadcastId: string | null = null;
  /** Of the newest fragment of that broadcast that came; null: the next connection begins anew. */
  private last: LivePlace | null = null;

  /** Of the edge: that the owner of the channel is silent is none of its business. */
  private readonly silence = new SilenceWatch(
    { nowMs: steadyMs, after },
    {
      ask: () => this.socket?.send({ type: "ping" }),
      gone: () => this.ended(() => this.attempts.closed(LOST, this.comesForMs(), random())),
    },
  );

  constructor(private readonly events: ConnectionEvents) {}

  /** Media come at this moment. */
  get isComing(): boolean {
    return this.comesSinceMs !== null;
  }

  /** The address of the multivariant playlist: a new one, with a new right to watch, is for the next connection. */
  load(url: string) {
    this.url = url;
    if ((!this.socket || this.hasEnded) && !this.isResting) this.connect();
  }

  send(request: LiveRequest) {
    this.socket?.send(request);
  }

  /** Nothing is sent while nobody sees or hears it, and what is lost is not connected again. */
  rest(on: boolean) {
    this.isResting = on;
    this.heardMs = steadyMs();
    if (on) {
      this.silence.end();
      return this.send({ type: "pause" });
    }
    if (this.socket) {
      this.send({ type: "resume" });
      this.silence.begin();
    } else if (!this.hasEnded) this.connect();
  }

  /** Call it each second. */
  check() {
    if (!this.socket || this.isResting || this.isWaiting || this.hasEnded) return;
    if (steadyMs() - this.heardMs < SILENT_MS_MAX) return;
    const { attempts, hasMedia } = this;
    this.ended(() => (hasMedia ? attempts.closed(LOST, this.comesForMs(), random()) : attempts.noPicture()));
  }

  /** The browser could not append or decode what came. `isSupported`: it knows the codecs. */
  mediaFailed(isSupported: boolean) {
    this.last = null;
    this.ended(() =>
      isSupported ? this.attempts.mediaError(this.comesForMs(), random()) : { phase: "over", reason: "browser" },
    );
  }

  /** May be called twice. */
  stop() {
    this.isOver = true;
    this.cancelAgain();
    this.silence.end();
    this.socket?.close();
  }

  private connect() {
    this.cancelAgain();
    this.socket?.close();
    this.comesSinceMs = null;
    this.hasEnded = false;
    this.isWaiting = false;
    this.heardMs = steadyMs();
    this.events.connects();
    this.socket = new LiveSocket(
      liveSocketAddress(this.url, { base: document.baseURI, rendition: this.events.wish(), after: this.last }),
      {
        frame: (frame) => this.heard(frame),
        record: (record) => this.received(record),
        closed: (code) => {
          if (code === liveClose.denied) this.events.denied();
          this.ended(() => this.attempts.closed(code, this.comesForMs(), random()));
        },
      },
    );
  }

  private heard(frame: LiveFrame) {
    // The first thing that comes on a connection.
    if (frame.type === "renditions" && !this.isResting) this.silence.begin();
    this.silence.heard();
    if (frame.type === "pong") return;
    if (frame.type === "bye")
      return this.ended(() => this.attempts.sentAway(frame.retryAfterMs, this.comesForMs(), random()));
    if (frame.type === "waiting" || frame.type === "ended") {
      this.comesSinceMs = null;
    }
    if (frame.type === "ended") this.hasEnded = true;
    if (frame.type === "head" && frame.broadcastId !== this.broadcastId) {
      this.broadcastId = frame.broadcastId;
      this.last = null;
    }
    this.events.frame(frame);
  }

  private received(record: LiveRecord) {
    this.heardMs = steadyMs();
    this.silence.heard();
    if (record.kind === RECORD.fragment) {
      this.comesSinceMs ??= steadyMs();
      this.hasMedia = true;
      this.last = { number: record.number, part: record.part };
    }
    this.events.record(record);
  }

  private comesForMs = () => (this.comesSinceMs === null ? null : steadyMs() - this.comesSinceMs);

  /** This connection is of no use any more. */
  private ended(next: () => Next) {
    if (this.isOver) return;
    this.silence.end();
    this.socket?.close();
    this.socket = null;
    const then = this.hasEnded ? null : next();
    this.comesSinceMs = null;
    if (!then) return;
    if (then.phase === "over") {
      this.stop();
      this.events.over(then.reason);
    } else if (!this.isResting) this.cancelAgain = after(then.afterMs, () => this.connect());
  }
}
