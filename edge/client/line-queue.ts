// The lines that a client says, one after the other: each goes out when the one before is answered, so that none overtakes another.

import type { ServerFrame } from "#schema/api/chat-frames.ts";
import type { SayAnswer } from "#schema/wire/room.ts";
import { type BackoffBounds, backoffMs } from "./backoff.ts";
import type { ClientClock } from "./clock.ts";
import { RoomError } from "./errors.ts";
import { randomId } from "./random-id.ts";

interface Line {
  frame: { type: "say"; nonce: string; body: string; replyTo?: string };
  /** The first `unavailable`; null: none yet. */
  unavailableSinceMs: number | null;
  repeats: number;
  done(stored: SayAnswer): void;
  failed(error: RoomError): void;
}

/** Lines that wait; over it `too_many_waiting`. */
const WAITING_MAX = 100;
/** A line that stays `unavailable` for this time fails. */
const REPEAT_WITHIN_MS = 30_000;
const REPEATS: BackoffBounds = { firstMs: 500, longestMs: 5_000 };

export class LineQueue {
  readonly #lines: Line[] = [];
  #cancelRepeat = () => {};

  /** `send`: drops the frame while there is no connection. */
  constructor(
    private readonly clock: ClientClock,
    private readonly send: (frame: Line["frame"]) => void,
  ) {}

  /** Rejects with a RoomError. */
  say(body: string, replyTo: string | undefined): Promise<SayAnswer> {
    return new Promise((done, failed) => {
      if (this.#lines.length >= WAITING_MAX)
        return failed(new RoomError("too_many_waiting", `${WAITING_MAX} lines wait already`));
      const frame = {
        type: "say",
        nonce: randomId(),
        body,
        ...(replyTo === undefined ? {} : { replyTo }),
      } as const;
      this.#lines.push({ frame, unavailableSinceMs: null, repeats: 0, done, failed });
      if (this.#lines.length === 1) this.send(frame);
    });
  }

  /** After each welcome: whether the first line was stored is not known, and its nonce makes a repeat harmless. */
  joined() {
    this.#cancelRepeat();
    const [first] = this.#lines;
    if (first) this.send(first.frame);
  }

  answered(frame: Extract<ServerFrame, { type: "said" | "refused" }>) {
    const [line] = this.#lines;
    // A frame that could not be read is refused without its nonce, and only one line is on its way.
    const isMalformed = frame.type === "refused" && frame.code === "bad_message";
    if (!line || (frame.nonce !== line.frame.nonce && !isMalformed)) return;
    if (frame.type === "refused" && frame.code === "unavailable" && this.#repeats(line, frame.retryAfterMs)) return;
    this.#lines.shift();
    if (frame.type === "said") line.done({ id: frame.id, seq: frame.seq });
    else
      line.failed(new RoomError(frame.code, frame.detail ?? frame.code, { retryAfterMs: frame.retryAfterMs ?? null }));
    const [next] = this.#lines;
    if (next) this.send(next.frame);
  }

  /** Fails all lines. */
  end(error: RoomError) {
    this.#cancelRepeat();
    for (const { failed } of this.#lines.splice(0)) failed(error);
  }

  #repeats(line: Line, retryAfterMs: number | undefined): boolean {
    const nowMs = this.clock.nowMs();
    line.unavailableSinceMs ??= nowMs;
    if (nowMs - line.unavailableSinceMs >= REPEAT_WITHIN_MS) return false;
    const pauseMs = retryAfterMs ?? backoffMs(REPEATS, line.repeats, this.clock.chance());
    line.repeats++;
    this.#cancelRepeat();
    this.#cancelRepeat = this.clock.after(pauseMs, () => this.send(line.frame));
    return true;
  }
}
