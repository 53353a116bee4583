// The chat of a video in step with its pictures: which lines are known, which are shown, and what is asked for next.

import { signal } from "@preact/signals";
import type { Page } from "#schema/api/fields.ts";
import type { ReplayedLine } from "#schema/api/videos.ts";

/** Ascending; `toMs` is not included. Rejects while the server is away. */
export type AskLines = (span: { fromMs: number; toMs: number; cursor: string | null }) => Promise<Page<ReplayedLine>>;

/** Before a moment this much is asked for, until enough lines are known. */
const BEFORE_MS = [10_000, 60_000, 300_000] as const;
const BEFORE_LINES = 50;
/** Pages of one span before a moment; a busier chat has enough lines in fewer. */
const BEFORE_PAGES_MAX = 5;
/** Lines of this time are asked for at once, as soon as fewer are known than the video plays meanwhile. */
const AHEAD_MS = 30_000;
const AHEAD_LEFT_MS = 15_000;
/** Over it the oldest are forgotten. */
const KNOWN_MAX = 3_000;
const SHOWN_MAX = 200;

export class ChatReplay {
  /** Up to the moment, ascending; the newest of them. */
  readonly lines = signal<readonly ReplayedLine[]>([]);
  readonly phase = signal<"loading" | "ready" | "failed">("loading");
  #known: ReplayedLine[] = [];
  /** Of what is known; `toMs` is not included. */
  #span = { fromMs: 0, toMs: 0 };
  #atMs = 0;
  #jump = 0;
  #isAsking = false;

  constructor(private readonly ask: AskLines) {}

  /** The video plays on, or is at another place. Never rejects. */
  async at(ms: number): Promise<void> {
    this.#atMs = ms;
    if (this.phase.peek() === "failed") return;
    if (this.phase.peek() === "loading" && this.#jump > 0 && this.#isAsking && this.#isNear(ms)) return;
    if (!this.#covers(ms)) return this.#jumpTo(ms);
    this.#show();
    if (!this.#isAsking && this.#span.toMs - ms < AHEAD_LEFT_MS) await this.#goOn(this.#jump);
  }

  /** After it has failed. */
  async retry(): Promise<void> {
    this.phase.value = "loading";
    await this.#jumpTo(this.#atMs);
  }

  /** It is being loaded around there. */
  #isNear = (ms: number) => ms >= this.#span.fromMs && ms <= this.#span.toMs + AHEAD_MS;

  #covers(ms: number): boolean {
    const { fromMs, toMs } = this.#span;
    if (this.#jump === 0 || ms < fromMs || ms > toMs) return false;
    return fromMs === 0 || this.#known.filter(({ offsetMs }) => offsetMs <= ms).length >= BEFORE_LINES || ms === toMs;
  }

  async #jumpTo(ms: number) {
    const jump = ++this.#jump;
    this.#known = [];
    this.#span = { fromMs: ms, toMs: ms };
    this.phase.value = "loading";
    try {
      for (const back of BEFORE_MS) {
        const fromMs = Math.max(0, ms - back);
        const toMs = this.#span.fromMs;
        if (fromMs === toMs) break;
        const before = await this.#read({ fromMs, toMs }, BEFORE_PAGES_MAX, jump);
        if (before === null) return;
        this.#known = [...before.lines, ...this.#known];
        this.#span.fromMs = fromMs;
        if (this.#known.length >= BEFORE_LINES) break;
      }
    } catch {
      if (jump === this.#jump) this.phase.value = "failed";
      return;
    }
    this.phase.value = "ready";
    this.#show();
    await this.#goOn(jump);
  }

  async #goOn(jump: number) {
    const { toMs } = this.#span;
    const endMs = Math.max(toMs, this.#atMs) + AHEAD_MS;
    try {
      const ahead = await this.#read({ fromMs: toMs, toMs: endMs }, Number.POSITIVE_INFINITY, jump);
      if (ahead === null) return;
      this.#known = [...this.#known, ...ahead.lines];
      this.#span.toMs = endMs;
      this.#forget();
      this.#show();
    } catch {
      if (jump === this.#jump) this.phase.value = "failed";
    }
  }

  /** Null: the video is elsewhere by now. */
  async #read(span: { fromMs: number; toMs: number }, pagesMax: number, jump: number) {
    const lines: ReplayedLine[] = [];
    let cursor: string | null = null;
    this.#isAsking = true;
    try {
      for (let pages = 0; pages < pagesMax; pages++) {
        const page: Page<ReplayedLine> = await this.ask({ ...span, cursor });
        if (jump !== this.#jump) return null;
        lines.push(...page.items);
        cursor = page.nextCursor;
        if (cursor === null) break;
      }
    } finally {
      if (jump === this.#jump) this.#isAsking = false;
    }
    return { lines };
  }

  #forget() {
    const over = this.#known.length - KNOWN_MAX;
    if (over <= 0) return;
    this.#known = this.#known.slice(over);
    this.#span.fromMs = this.#known[0]!.offsetMs;
  }

  #show() {
    const upTo = this.#known.findLastIndex(({ offsetMs }) => offsetMs <= this.#atMs) + 1;
    const shown = this.#known.slice(Math.max(0, upTo - SHOWN_MAX), upTo);
    const before = this.lines.peek();
    // Most looks change nothing.
    if (before.length === shown.length && before.at(-1) === shown.at(-1) && before[0] === shown[0]) return;
    this.lines.value = shown;
  }
}
