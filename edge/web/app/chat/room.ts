// A chat room on this page: frames in, signals out. Frames are applied in batches, one batch per animation frame.

import { batch, signal } from "@preact/signals";
import type { Phase } from "#schema/api/broadcasts.ts";
import type { LineEntry, RoomSettings } from "#schema/api/chat.ts";
import type { ServerFrame, You } from "#schema/api/chat-frames.ts";
import { asOneLine } from "#schema/wire/visible-text.ts";
import { after, wallMs } from "../clock.ts";
import { Connection, type ConnectionOptions, type ConnectionState } from "./connection.ts";
import { type AnyEntry, EMPTY, type EntryList, hold, release, restart, splice, withoutUsers } from "./entries.ts";
import * as outbox from "./outbox.ts";
import { reactionTo, refusalText } from "./refusals.ts";

/** Lines kept in memory and shown; and as many again for a reader who stopped the list. */
const LINES_KEPT = 300;
const REPEAT_MS = 1_000;
const HIDDEN_TICK_MS = 250;

/** The refusal of the last line. */
export interface Refused {
  /** For the author. */
  text: string;
  /** The refused line; goes back into an empty composer. */
  body: string | null;
  /** Wall time in ms until which a new line would be refused; null: a new line may be sent at once. */
  untilMs: number | null;
}

export type RoomOptions = Pick<ConnectionOptions, "url" | "token" | "viewer" | "renewToken"> & {
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

  private readonly socket: Connection;
  private waiting: ServerFrame[] = [];
  private tick: (() => void) | null = null;
  /** Null: no line waits to be repeated. */
  private cancelRepeat: (() => void) | null = null;
  private stopped = false;
  /** Entries are missing: later ones are ignored until a new socket has resumed. */
  private hasHole = false;

  constructor(private readonly options: RoomOptions) {
    this.socket = new Connection({
      ...options,
      resumeSeq: () => this.entries.value.headSeq,
      onFrame: (frame) => this.receive(frame),
      onState: (state) => this.connectionChanged(state),
    });
  }

  start = () => this.socket.start();

  stop() {
    this.stopped = true;
    this.cancelRepeat?.();
    this.tick?.();
    this.socket.stop();
  }

  /** Call after signing in or out: rejoins the room with the new token. */
  userChanged = () => this.socket.reconnect();

  /** Queues a line and shows it at once. Line breaks and tabs become spaces: the server refuses control characters (contract §4). False: the text is empty or too long, or too many lines are unanswered. */
  say(text: string): boolean {
    if (this.own.value.length >= outbox.OUTBOX_LENGTH_MAX || !outbox.isSendable(text)) return false;
    this.refused.value = null;
    this.goOn(); // The author sees the line.
    this.own.value = outbox.queued(this.own.value, { nonce: crypto.randomUUID(), body: asOneLine(text) });
    this.flushOutbox();
    return true;
  }

  /** The lines that are shown stay, however many follow. */
  pause() {
    this.entries.value = hold(this.entries.value);
  }

  /** Back to the newest lines. */
  goOn() {
    this.entries.value = release(this.entries.value);
  }

  private flushOutbox() {
    const line = outbox.nextToSend(this.own.value);
    if (!line || this.cancelRepeat !== null || this.connection.value.phase !== "open") return;
    if (this.socket.send({ type: "say", nonce: line.nonce, body: line.body }))
      this.own.value = outbox.sent(this.own.value, line.nonce);
  }

  private connectionChanged(state: ConnectionState) {
    // The old socket's frames are applied first, because they raise the head to resume from.
    // `welcomed` sets `open`, so that no line is sent before the outbox has been requeued.
    if (state.phase === "open") return;
    this.applyWaiting();
    this.connection.value = state;
  }

  private receive(frame: ServerFrame) {
    this.waiting.push(frame);
    this.tick ??= onNextFrame(() => this.applyWaiting());
  }

  private applyWaiting() {
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
    else if (frame.type === "erased") this.entries.value = withoutUsers(this.entries.value, frame.userIds);
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
    this.hasHole = false;
    this.you.value = frame.you;
    this.settings.value = frame.room;
    this.viewers.value = frame.viewers;
    if (frame.resumed) this.add(frame.entries);
    else {
      this.entries.value = restart(frame.entries, frame.seq, LINES_KEPT, this.entries.value);
      this.reconcile(frame.entries);
    }
    this.cancelRepeat?.();
    this.cancelRepeat = null;
    // A guest cannot send: unsent lines go back into the composer.
    if (frame.you) this.own.value = outbox.requeued(this.own.value);
    else for (const line of this.own.value) if (line.state !== "said") this.giveBack(line, "not_signed_in", null);
    this.flushOutbox();
  }

  private add(entries: AnyEntry[]) {
    if (this.hasHole) return;
    const before = this.entries.value.headSeq ?? 0;
    const { list, hole } = splice(this.entries.value, entries, LINES_KEPT);
    this.entries.value = list;
    this.reconcile(entries.filter((entry) => entry.seq > before && entry.seq <= (list.headSeq ?? 0)));
    if (!hole) return;
    this.hasHole = true;
    this.socket.reconnect();
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
    if (reactionTo(code) === "repeat" && line.repeats < outbox.REPEATS_MAX) {
      this.own.value = outbox.outcomeUnknown(this.own.value, line.nonce);
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
    this.own.value = outbox.removed(this.own.value, line.nonce);
    this.refused.value = {
      text: reactionTo(code) === "repeat" ? "Your message was not sent. Please try again." : refusalText(code),
      body: line.body,
      untilMs: retryAfterMs === null ? null : wallMs() + retryAfterMs,
    };
  }
}

/** Runs with the next animation frame, or after 250 ms on a hidden page, which has none. Returns a function that cancels. */
function onNextFrame(run: () => void): () => void {
  const frame = globalThis.requestAnimationFrame?.(run);
  const cancel = after(HIDDEN_TICK_MS, run);
  return () => {
    cancel();
    if (frame !== undefined) cancelAnimationFrame(frame);
  };
}
