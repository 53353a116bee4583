// What a screen reader hears of a chat: each line while it is quiet, a count while it is not. Never more than once in a while.

import { signal } from "@preact/signals";
import type { LineEntry } from "#schema/wire/room.ts";

const EVERY_MS = 4_000;
/** More new lines than this are summed up. */
const READ_OUT_MAX = 2;

export class Announcer {
  /** The text of the one polite live region. */
  readonly text = signal("");
  private waiting: LineEntry[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  hear(lines: LineEntry[], ownLogin: string | null) {
    this.waiting.push(...lines.filter((line) => line.user.login !== ownLogin).slice(-100));
    this.timer ??= setTimeout(() => this.speak(), EVERY_MS);
  }

  stop() {
    clearTimeout(this.timer);
  }

  private speak() {
    this.timer = undefined;
    if (this.waiting.length > 0) this.text.value = summary(this.waiting);
    this.waiting = [];
  }
}

export const summary = (lines: Pick<LineEntry, "user" | "body">[]) =>
  lines.length > READ_OUT_MAX
    ? `${lines.length} new messages`
    : lines.map(({ user, body }) => `${user.displayName} says: ${body}`).join(". ");
