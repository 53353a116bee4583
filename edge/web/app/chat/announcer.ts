// What a screen reader announces of a chat: each line while the room is quiet, a count while it is busy; at most every 4 s.

import { signal } from "@preact/signals";
import type { LineEntry } from "#schema/api/chat.ts";
import { after } from "../clock.ts";

const EVERY_MS = 4_000;
/** More new lines than this are counted instead of read out. */
const READ_OUT_MAX = 2;

export class Announcer {
  /** Text of the chat's polite live region. */
  readonly text = signal("");
  private waiting: LineEntry[] = [];
  private cancel: (() => void) | null = null;

  add(lines: LineEntry[], ownLogin: string | null) {
    this.waiting.push(...lines.filter((line) => line.user.login !== ownLogin).slice(-100));
    this.cancel ??= after(EVERY_MS, () => this.announce());
  }

  stop() {
    this.cancel?.();
  }

  private announce() {
    this.cancel = null;
    if (this.waiting.length > 0) this.text.value = summary(this.waiting);
    this.waiting = [];
  }
}

export const summary = (lines: Pick<LineEntry, "user" | "body">[]) =>
  lines.length > READ_OUT_MAX
    ? `${lines.length} new messages`
    : lines.map(({ user, body }) => `${user.displayName} says: ${body}`).join(". ");
