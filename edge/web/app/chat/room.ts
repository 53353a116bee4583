// A room as this page sees it: frames in, signals out. Frames are taken in batches, one per animation frame.

import { batch, signal } from "@preact/signals";
import type { Phase } from "#schema/api/broadcasts.ts";
import type { LineEntry } from "#schema/api/chat.ts";
import type { RoomSettings } from "#schema/wire/room.ts";
import type { ServerFrame, You } from "#schema/wire/socket.ts";
import { after, wallMs } from "../clock.ts";
import { Connection, type ConnectionOptions, type ConnectionState } from "./connection.ts";
import { type AnyEntry, EMPTY, type EntryList, restart, splice, without } from "./entries.ts";
import * as outbox from "./outbox.ts";
import { refusalSentence, treatment } from "./refusals.ts";

/** Lines kept in memory; the page shows the newest 300 of them. */
export const LINES_KEPT = 300;
/** While the reader has scrolled up, so that what they read stays where it is. */
const LINES_KEPT_PAUSED = 2_000;
const REPEAT_MS = 1_000;
const HIDDEN_TICK_MS = 250;

/** Why the last line was refused. `text` goes back into the composer when that is empty. */
export interface Refused {
  sentence: string;
  body: string | null;
  /** Page time until which nothing can be said; null when trying again is free. */
  untilMs: number | null;
}

export type RoomOptions = Pick<ConnectionOptions, "url" | "token" | "renewToken"> & {
  /** New lines, for the announcer. */
  onLines?(lines: LineEntry[]): void;
};

export class Room {
  readonly connection = signal<ConnectionState>({ phase: "connecting" });
  readonly entries = signal<EntryList>(EMPTY);
  readonly own = signal<outbox.OwnLine[]>([]);
  readonly you = signal<You | null>(null);
  readonly settings = signal<RoomSettings | null>(null);
  readonly viewers = signal<number | null>(null);
  readonly status = signal<{ phase: Phase; broadcastId: string | null } | null>(null);
  readonly refused = signal<Refused | null>(null);
  /** The reader has scrolled up. */
  readonly paused = signal(false);

  private readonly socket: Connection;
  private waiting: ServerFrame[] = [];
  private tick: (() => void) | null = null;
  /** Null: no line waits to be repeated. */
  private cancelRepeat: (() => void) | null = null;
  private stopped = false;
  /** A hole was seen: what follows is of no use until a new socket has resumed. */
  private holed = false;

  constructor(private readonly options: RoomOptions) {
    this.socket = new Connection({
      ...options,
      resumeSeq: () => this.entries.value.headSeq,
      onFrame: (frame) => this.hear(frame),
      onState: (state) => this.moved(state),
    });
  }

  start = () => this.socket.start();

  stop() {
    this.stopped = true;
    this.cancelRepeat?.();
    this.tick?.();
    this.socket.stop();
  }

  /** Another user, or none: the same room through a new socket. */
  signedAnew = () => this.socket.comeBack();

  /** Shown at once; false when too many are on their way already. */
  say(text: string): boolean {
    if (this.own.value.length >= outbox.OUTBOX_LENGTH_MAX || !outbox.sayable(text)) return false;
    this.refused.value = null;
    this.own.value = outbox.queued(this.own.value, { nonce: crypto.randomUUID(), body: text.trim() });
    this.flushOutbox();
    return true;
  }

  private flushOutbox() {
    const line = outbox.nextToSend(this.own.value);
    if (!line || this.cancelRepeat !== null || this.connection.value.phase !== "open") return;
    if (this.socket.send({ type: "say", nonce: line.nonce, body: line.body }))
      this.own.value = outbox.asked(this.own.value, line.nonce);
  }

  private moved(state: ConnectionState) {
    // Frames of the old socket come first: `resume` must ask from the head they bring.
    // `open` is set with the welcome itself, so that nothing is said before what the old socket left is sorted out.
    if (state.phase === "open") return;
    this.take();
    this.connection.value = state;
  }

  private hear(frame: ServerFrame) {
    this.waiting.push(frame);
    this.tick ??= soon(() => this.take());
  }

  private take() {
    this.tick?.();
    this.tick = null;
    const frames = this.waiting;
    this.waiting = [];
    if (this.stopped) return;
    batch(() => {
      for (const frame of frames) this.apply(frame);
    });
  }

  private apply(frame: ServerFrame) {
    if (frame.type === "welcome") this.welcomed(frame);
    else if (frame.type === "entries") this.add(frame.entries);
    else if (frame.type === "said") this.said(frame);
    else if (frame.type === "refused") this.refuse(frame);
    else if (frame.type === "erased") this.entries.value = without(this.entries.value, frame.userIds);
    else if (frame.type === "viewers") this.viewers.value = frame.count;
    else if (frame.type === "status")
      this.status.value = { phase: frame.phase, broadcastId: frame.broadcastId ?? null };
    else if (frame.type === "room") {
      const { type: _, ...settings } = frame;
      this.settings.value = settings;
    }
  }

  private welcomed(frame: Extract<ServerFrame, { type: "welcome" }>) {
    this.connection.value = { phase: "open" };
    this.holed = false;
    this.you.value = frame.you;
    this.settings.value = frame.room;
    this.viewers.value = frame.viewers;
    if (frame.resumed) this.add(frame.entries);
    else {
      this.entries.value = restart(frame.entries, frame.seq, this.kept());
      this.reconcile(frame.entries);
    }
    this.cancelRepeat?.();
    this.cancelRepeat = null;
    // Without a name nothing can be said: what waits goes back to its writer.
    if (frame.you) this.own.value = outbox.reopened(this.own.value);
    else for (const line of this.own.value) if (line.state !== "said") this.giveBack(line, "not_signed_in", null);
    this.flushOutbox();
  }

  private add(entries: AnyEntry[]) {
    if (this.holed) return;
    const before = this.entries.value.headSeq ?? 0;
    const { list, hole } = splice(this.entries.value, entries, this.kept());
    this.entries.value = list;
    this.reconcile(entries.filter((entry) => entry.seq > before && entry.seq <= (list.headSeq ?? 0)));
    if (!hole) return;
    this.holed = true;
    this.socket.comeBack();
  }

  private reconcile(entries: AnyEntry[]) {
    const lines = entries.filter((entry) => entry.kind === "line");
    const you = this.you.value;
    if (you) {
      const headSeq = this.entries.value.headSeq ?? 0;
      this.own.value = outbox.reconciled(this.own.value, lines, { you: you.id, headSeq });
    }
    if (lines.length > 0) this.options.onLines?.(lines);
  }

  private said({ nonce, seq }: { nonce: string; seq: number }) {
    this.own.value = outbox.said(this.own.value, { nonce, seq }, this.entries.value.headSeq ?? 0);
    this.flushOutbox();
  }

  private refuse({ nonce, code, retryAfterMs }: Extract<ServerFrame, { type: "refused" }>) {
    const line = this.own.value.find((own) => own.nonce === nonce);
    if (!line) return;
    if (treatment(code) === "repeat" && line.repeats < outbox.REPEATS_MAX) {
      this.own.value = outbox.unknown(this.own.value, line.nonce);
      const waitMs = retryAfterMs ?? REPEAT_MS * Math.min(5, line.repeats + 1);
      this.cancelRepeat = after(waitMs, () => {
        this.cancelRepeat = null;
        this.flushOutbox();
      });
      return;
    }
    this.giveBack(line, code, retryAfterMs ?? null);
    this.flushOutbox();
  }

  private giveBack(line: outbox.OwnLine, code: string, retryAfterMs: number | null) {
    this.own.value = outbox.dropped(this.own.value, line.nonce);
    this.refused.value = {
      sentence: treatment(code) === "repeat" ? "Your message was not sent. Please try again." : refusalSentence(code),
      body: line.body,
      untilMs: retryAfterMs === null ? null : wallMs() + retryAfterMs,
    };
  }

  private kept = () => (this.paused.value ? LINES_KEPT_PAUSED : LINES_KEPT);
}

/** With the next animation frame, or within a moment where the page is hidden and has none. Returns how to call it off. */
function soon(run: () => void): () => void {
  const frame = globalThis.requestAnimationFrame?.(run);
  const cancel = after(HIDDEN_TICK_MS, run);
  return () => {
    cancel();
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
