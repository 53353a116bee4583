// Own lines on their way: one is asked at a time, shown at once, and leaves when the server has said what became of it.

import type { LineEntry } from "#schema/api/chat.ts";
import { BODY_LENGTH_MAX } from "#schema/wire/room.ts";

export interface OwnLine {
  nonce: string;
  body: string;
  /** `waiting`: not sent on this socket yet. `asked`: sent, unanswered. `said`: stored, its entry is still to come. */
  state: "waiting" | "asked" | "said";
  /** Its `seq`, known once said. */
  seq: number | null;
  /** `seq` of an entry that looks like this line and came before its `said`: the line is not shown twice. */
  seenSeq: number | null;
  /** Times the server could not tell. */
  repeats: number;
}

/** Lines that may wait here; the composer stays shut beyond. */
export const OUTBOX_LENGTH_MAX = 10;
export const REPEATS_MAX = 8;

export const queued = (outbox: OwnLine[], { nonce, body }: { nonce: string; body: string }): OwnLine[] => [
  ...outbox,
  { nonce, body, state: "waiting", seq: null, seenSeq: null, repeats: 0 },
];

/** The line to send now: the oldest unanswered one, unless it is already asked. */
export function nextToSend(outbox: OwnLine[]): OwnLine | null {
  const oldest = outbox.find((line) => line.state !== "said");
  return oldest?.state === "waiting" ? oldest : null;
}

const change = (outbox: OwnLine[], nonce: string, to: (line: OwnLine) => OwnLine) =>
  outbox.map((line) => (line.nonce === nonce ? to(line) : line));

export const asked = (outbox: OwnLine[], nonce: string) =>
  change(outbox, nonce, (line) => ({ ...line, state: "asked" }));

/** Stored: gone at once when its entry is here already. */
export const said = (outbox: OwnLine[], { nonce, seq }: { nonce: string; seq: number }, headSeq: number): OwnLine[] =>
  seq <= headSeq
    ? outbox.filter((line) => line.nonce !== nonce)
    : change(outbox, nonce, (line) => ({ ...line, state: "said", seq }));

/** Nobody knows whether it is stored: it waits to be asked again, with its nonce. */
export const unknown = (outbox: OwnLine[], nonce: string) =>
  change(outbox, nonce, (line) => ({ ...line, state: "waiting", repeats: line.repeats + 1 }));

export const dropped = (outbox: OwnLine[], nonce: string) => outbox.filter((line) => line.nonce !== nonce);

/** A new socket: what the old one was asked, and did not answer, is asked again. */
export const reopened = (outbox: OwnLine[]): OwnLine[] =>
  outbox.map((line) => (line.state === "asked" ? { ...line, state: "waiting" } : line));

/** Entries have come: lines whose entry is here go, and one that seems to be here is hidden until its `said`. */
export function reconciled(
  outbox: OwnLine[],
  entries: LineEntry[],
  { you, headSeq }: { you: string; headSeq: number },
) {
  if (outbox.length === 0) return outbox;
  const next = outbox.filter((line) => line.seq === null || line.seq > headSeq).map((line) => ({ ...line }));
  for (const entry of entries) {
    if (entry.user.id !== you) continue;
    const twin = next.find((line) => line.seenSeq === null && line.state !== "said" && sameBody(line.body, entry));
    if (twin) twin.seenSeq = entry.seq;
  }
  return next;
}

const sameBody = (body: string, entry: LineEntry) =>
  body === entry.body || (isAction(body) && body.slice(4).trim() === entry.body);

export const isAction = (body: string) => /^\/me\s+\S/.test(body);

/** Length as the server counts it: code points after trimming. */
export const bodyLength = (text: string) => [...text.trim()].length;

export const sayable = (text: string) => bodyLength(text) > 0 && bodyLength(text) <= BODY_LENGTH_MAX;
