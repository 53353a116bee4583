// What a screen reader announces of a chat: each line while the room is quiet, a count while it is busy; at most every 4 s.

import { signal } from "@preact/signals";
import type { LineEntry } from "#schema/api/chat.ts";
import { after } from "../clock.ts";
import { isolated } from "../ui/isolated-name.ts";
import { words } from "../words/chat.ts";
import { chatOptions } from "./options.ts";
import { mentions } from "./text.ts";

const EVERY_MS = 4_000;
/** More new lines than this are counted instead of read out. */
const READ_OUT_MAX = 2;
const WAITING_MAX = 100;

export class Announcer {
  /** Text of the chat's polite live region. */
  readonly text = signal("");
  private waiting: LineEntry[] = [];
  private cancel: (() => void) | null = null;

  add(lines: LineEntry[], ownLogin: string | null) {
    const heard = announced(lines, ownLogin, chatOptions.peek().announced);
    if (heard.length === 0) return;
    this.waiting = [...this.waiting, ...heard].slice(-WAITING_MAX);
    this.cancel ??= after(EVERY_MS, () => this.announce());
  }

  stop() {
    this.cancel?.();
  }

  private announce() {
    this.cancel = null;
    if (this.waiting.length > 0 && chatOptions.peek().announced !== "off") this.text.value = summary(this.waiting);
    this.waiting = [];
  }
}

/** Of these lines, those that the person wants to hear of. */
export function announced(lines: LineEntry[], ownLogin: string | null, which: "off" | "mentions" | "all"): LineEntry[] {
  if (which === "off") return [];
  const others = lines.filter(({ user, deleted }) => user.login !== ownLogin && !deleted);
  return which === "all" ? others : others.filter(({ body }) => ownLogin !== null && mentions(body, ownLogin));
}

export const summary = (lines: Pick<LineEntry, "user" | "body">[]) =>
  lines.length > READ_OUT_MAX
    ? words.newMessages(lines.length)
    : lines.map(({ user, body }) => words.says(isolated(user.displayName), body)).join(". ");
