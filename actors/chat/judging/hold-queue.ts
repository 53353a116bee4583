// The lines of a room that wait for a moderator, in memory: bounded, each decided once, and denied when its time is over.

import type { HeldLine } from "#schema/wire/held-lines.ts";
import { fold } from "#schema/wire/moderation/fold.ts";
import { HELD_LINES_MAX, HELD_OF_PERSON_MAX } from "#schema/wire/moderation/hold-limits.ts";

export class HoldQueue {
  /** By id, in the order in which they came. */
  readonly #lines = new Map<string, HeldLine>();

  /** Takes what the store has. */
  load(lines: readonly HeldLine[]) {
    for (const line of lines) this.#lines.set(line.id, line);
  }

  /** No other line of this person can wait. */
  isFullFor(userId: string, nowMs: number): boolean {
    const waiting = [...this.#lines.values()].filter(({ expiresAtMs }) => expiresAtMs > nowMs);
    return waiting.length >= HELD_LINES_MAX || countOf(waiting, userId) >= HELD_OF_PERSON_MAX;
  }

  add(line: HeldLine) {
    this.#lines.set(line.id, line);
  }

  /** Null: it does not wait, or not any more. */
  waiting(id: string, nowMs: number): HeldLine | null {
    const line = this.#lines.get(id);
    return line && line.expiresAtMs > nowMs ? line : null;
  }

  /** The person's line of this nonce; null: none waits. */
  ofNonce(userId: string, nonce: string): HeldLine | null {
    for (const line of this.#lines.values()) if (line.user.id === userId && line.nonce === nonce) return line;
    return null;
  }

  /** The person has a line of the same words in the queue. */
  saysAgain({ user, body }: Pick<HeldLine, "user" | "body">): boolean {
    const words = wordsOf(body);
    for (const line of this.#lines.values()) if (line.user.id === user.id && wordsOf(line.body) === words) return true;
    return false;
  }

  /** Removes and returns a line. */
  take(id: string): HeldLine | null {
    const line = this.#lines.get(id) ?? null;
    this.#lines.delete(id);
    return line;
  }

  /** Removes and returns the lines of these people. */
  takeOf(isOneOf: (userId: string) => boolean): HeldLine[] {
    return this.#takeAll(({ user }) => isOneOf(user.id));
  }

  /** Removes and returns the lines whose time is over. */
  takeExpired(nowMs: number): HeldLine[] {
    return this.#takeAll(({ expiresAtMs }) => expiresAtMs <= nowMs);
  }

  /** Null: none waits. */
  get firstExpiryMs(): number | null {
    return this.#lines.size === 0 ? null : Math.min(...[...this.#lines.values()].map((line) => line.expiresAtMs));
  }

  #takeAll(isTaken: (line: HeldLine) => boolean): HeldLine[] {
    const taken = [...this.#lines.values()].filter(isTaken);
    for (const { id } of taken) this.#lines.delete(id);
    return taken;
  }
}

const wordsOf = (body: string) => fold(body).text.replace(/ +/gu, " ");

const countOf = (lines: readonly HeldLine[], userId: string) => lines.filter(({ user }) => user.id === userId).length;
