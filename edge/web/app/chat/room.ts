// A chat room on this page: frames in, signals out. Frames are applied in batches, one batch per animation frame.

import { batch, signal } from "@preact/signals";
import type { Phase } from "#schema/api/broadcasts.ts";
import type { LineEntry, RoomSettings } from "#schema/api/chat.ts";
import type { ServerFrame, You } from "#schema/api/chat-frames.ts";
import { asOneLine } from "#schema/wire/visible-text.ts";
import { randomId } from "../../../client/random-id.ts";
import { after, wallMs } from "../clock.ts";
import { Connection, type ConnectionOptions, type ConnectionState } from "./connection.ts";
import { type AnyEntry, EMPTY, type EntryList, hold, release, restart, splice, withoutUsers } from "./entries.ts";
import { keepDraft, keptDraft } from "./kept-draft.ts";
import { noticeLine } from "./notice-line.ts";
import * as outbox from "./outbox.ts";
import { DENIED, reactionTo } from "./refusals.ts";
import { RoomEvents } from "./room-events.ts";

/** Lines kept in memory and shown; and as many again for a reader who stopped the list. */
const LINES_KEPT = 300;
const LINES_KEPT_FOR_MODERATORS = 1_000;
const REPEAT_MS = 1_000;
const HIDDEN_TICK_MS = 250;
/** Lines that are added, and so drawn, in one animation frame; the rest joins the next. */
const LINES_A_FRAME = 30;
/** Of what waits, at least this part is added, so that a page never lags far behind. */
const WAITING_PART_MIN = 0.1;

/** The refusal of the last line. Its text is in the composer again. */
export interface Refused {
  /** A code of chat-refusals.ts, or `DENIED`. */
  code: string;
  /** For how long a new line would be refused, as it was said; null: a new line may be sent at once. */
  forMs: number | null;
  /** The end of that, wall time in ms. */
  untilMs: number | null;
}

export type RoomOptions = Pick<ConnectionOptions, "url" | "token" | "viewer" | "renewToken"> & {
  /** New lines, for the announcer; what was said before one came is not new. */
  onLines?(lines: LineEntry[]): void;
  /** More lines are kept, and the text of those that are removed. Default false. */
  isForModerators?: boolean;
};

export class Room {
  readonly connection = signal<ConnectionState>({ phase: "connecting" });
  readonly entries = signal<EntryList>(EMPTY);
  readonly own = signal<outbox.OwnLine[]>([]);
  readonly you = signal<You | null>(null);
  readonly settings = signal<RoomSettings | null>(null);
  readonly viewers = signal<number | null>(null);
  readonly status = signal<{ phase: Phase; broadcastId: string | null } | null>(null);
  readonly events = new RoomEvents();
  /** How many acts of moderators have come: what shows their log loads it again. */
  readonly actCount = signal(0);
  readonly refused = signal<Refused | null>(null);
  /** What stands in the composer. It survives a composer that is hidden, and a sign-in. */
  readonly draft = signal("");
  /** The line that the next one answers; null: none. */
  readonly answering = signal<LineEntry | null>(null);

  private readonly socket: Connection;
  private waiting: ServerFrame[] = [];
  private tick: (() => void) | null = null;
  /** Null: no line waits to be repeated. */
  private cancelRepeat: (() => void) | null = null;
  private stopped = false;
  /** Entries are missing: later ones are ignored until a new socket has resumed. */
  private hasHole = false;
  private readonly linesKept: number;

  constructor(private readonly options: RoomOptions) {
    const { isForModerators = false } = options;
    this.linesKept = isForModerators ? LINES_KEPT_FOR_MODERATORS : LINES_KEPT;
    if (isForModerators) this.entries.value = { ...EMPTY, keepsRemoved: true };
    this.draft.value = keptDraft(options.url);
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
    this.keepDraft();
    this.cancelRepeat?.();
    this.tick?.();
    this.socket.stop();
  }

  /** For the same room when this tab opens it again. */
  keepDraft() {
    keepDraft(this.options.url, this.draft.peek());
  }

  /** Call after signing in or out: rejoins the room with the new token. */
  userChanged = () => this.socket.reconnect();

  /** Queues a line, as the answer to `answering`, and shows it at once. Line breaks and tabs become spaces: the server refuses control characters (contract §4). False: the text is empty or too long, or too many lines are unanswered. */
  say(text: string): boolean {
    if (this.own.value.length >= outbox.OUTBOX_LENGTH_MAX || !outbox.isSendable(text)) return false;
    this.refused.value = null;
    this.goOn(); // The author sees the line.
    const line = { nonce: randomId(), body: asOneLine(text), answers: this.answering.value };
    this.own.value = outbox.queued(this.own.value, line);
    this.answering.value = null;
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
    const { nonce, body, answers } = line;
    if (this.socket.send({ type: "say", nonce, body, ...(answers && { replyTo: answers.id }) }))
      this.own.value = outbox.sent(this.own.value, line.nonce);
  }

  private connectionChanged(state: ConnectionState) {
    // The old socket's frames are applied first, because they raise the head to resume from.
    // `welcomed` sets `open`, so that no line is sent before the outbox has been requeued.
    if (state.phase === "open") return;
    this.applyWaiting(Number.POSITIVE_INFINITY);
    this.connection.value = state;
  }

  private receive(frame: ServerFrame) {
    this.waiting.push(frame);
    this.tick ??= onNextFrame(() => this.applyWaiting());
  }

  private applyWaiting(linesMax = linesForFrame(this.waiting)) {
    this.tick?.();
    this.tick = null;
    const { now, later } = cut(this.waiting, linesMax);
    this.waiting = later;
    if (this.stopped) return;
    batch(() => {
      for (const frame of now) this.apply(frame);
    });
    if (this.waiting.length > 0) this.tick ??= onNextFrame(() => this.applyWaiting());
  }

  private apply(frame: ServerFrame) {
    if (frame.type === "welcome") this.welcomed(frame);
    else if (frame.type === "entries") this.add(frame.entries);
    else if (frame.type === "said") this.said(frame);
    else if (frame.type === "refused") this.refuse(frame);
    else if (frame.type === "erased") this.entries.value = withoutUsers(this.entries.value, frame.userIds);
    else if (frame.type === "you") {
      const { type: _, ...you } = frame;
      this.you.value = you;
    } else if (frame.type === "viewers") this.viewers.value = frame.count;
    else if (frame.type === "status")
      this.status.value = { phase: frame.phase, broadcastId: frame.broadcastId ?? null };
    else if (frame.type === "room") {
      const { type: _, ...settings } = frame;
      this.settings.value = settings;
    } else if (frame.type === "held_result") this.heldDecided(frame.allowed);
    else this.events.apply(frame);
  }

  private welcomed(frame: Extract<ServerFrame, { type: "welcome" }>) {
    this.connection.value = { phase: "open" };
    this.hasHole = false;
    this.you.value = frame.you;
    this.settings.value = frame.room;
    this.viewers.value = frame.viewers;
    this.events.welcomed(frame);
    if (frame.resumed) this.add(frame.entries);
    else {
      this.entries.value = restart(frame.entries, frame.seq, this.linesKept, this.entries.value);
      this.reconcile(frame.entries);
    }
    this.cancelRepeat?.();
    this.cancelRepeat = null;
    // A guest cannot send: unsent lines go back into the composer.
    if (frame.you) this.own.value = outbox.requeued(this.own.value);
    else this.giveBack(outbox.unanswered(this.own.value), "not_signed_in", null);
    this.flushOutbox();
  }

  private add(entries: AnyEntry[]) {
    if (this.hasHole) return;
    const before = this.entries.value.headSeq ?? 0;
    const { list, hole } = splice(this.entries.value, entries, this.linesKept);
    this.entries.value = list;
    const added = entries.filter((entry) => entry.seq > before && entry.seq <= (list.headSeq ?? 0));
    const lines = this.reconcile(added);
    const said = [...lines, ...added.flatMap((entry) => noticeLine(entry) ?? [])];
    if (said.length > 0) this.options.onLines?.(said);
    if (lines.length < added.length) this.actCount.value++;
    if (!hole) return;
    this.hasHole = true;
    this.socket.reconnect();
  }

  /** Takes own lines that have arrived out of the outbox. Returns the lines among the entries. */
  private reconcile(entries: AnyEntry[]): LineEntry[] {
    const lines = entries.filter((entry) => entry.kind === "line");
    const you = this.you.value;
    if (you) {
      const headSeq = this.entries.value.headSeq ?? 0;
      this.own.value = outbox.reconciled(this.own.value, lines, { you: you.id, headSeq });
    }
    return lines;
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
    this.giveBack([line], code, retryAfterMs ?? null);
    this.flushOutbox();
  }

  /** An allowed line comes as an entry. */
  private heldDecided(allowed: boolean) {
    const isAboutHeld = this.refused.peek()?.code === "held";
    if (!allowed) this.refused.value = { code: DENIED, forMs: null, untilMs: null };
    else if (isAboutHeld) this.refused.value = null;
  }

  private giveBack(lines: readonly outbox.OwnLine[], code: string, retryAfterMs: number | null) {
    if (lines.length === 0) return;
    for (const { nonce } of lines) this.own.value = outbox.removed(this.own.value, nonce);
    const untilMs = retryAfterMs === null ? null : wallMs() + retryAfterMs;
    this.refused.value = { code, forMs: retryAfterMs, untilMs };
    // What was begun meanwhile stays.
    if (reactionTo(code) === "keep" || this.draft.value !== "") return;
    this.draft.value = lines.map(({ body }) => body).join(" ");
    this.answering.value = lines[0]!.answers;
  }
}

const entriesIn = (frame: ServerFrame) => (frame.type === "entries" ? frame.entries.length : 0);

/** A hidden page draws nothing, and a welcome draws a new list anyway: all at once. */
function linesForFrame(frames: readonly ServerFrame[]): number {
  if (globalThis.document?.hidden || frames.some(({ type }) => type === "welcome")) return Number.POSITIVE_INFINITY;
  const waiting = frames.reduce((sum, frame) => sum + entriesIn(frame), 0);
  return Math.max(LINES_A_FRAME, Math.ceil(waiting * WAITING_PART_MIN));
}

/** The first frames with `linesMax` entries in all; a frame of entries may be cut in two. */
export function cut(frames: readonly ServerFrame[], linesMax: number): { now: ServerFrame[]; later: ServerFrame[] } {
  let left = linesMax;
  for (const [at, frame] of frames.entries()) {
    const count = entriesIn(frame);
    if (count > left && frame.type === "entries") {
      const [first, rest] = [frame.entries.slice(0, left), frame.entries.slice(left)];
      const now = left > 0 ? [...frames.slice(0, at), { ...frame, entries: first }] : frames.slice(0, at);
      return { now, later: [{ ...frame, entries: rest }, ...frames.slice(at + 1)] };
    }
    left -= count;
  }
  return { now: [...frames], later: [] };
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
