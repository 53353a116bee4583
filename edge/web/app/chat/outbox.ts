// Own lines on their way: sent one at a time, shown at once, removed when the server has answered.

import type { LineEntry } from "#schema/api/chat.ts";
import { BODY_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { asOneLine, showsSomething } from "#schema/wire/visible-text.ts";

export interface OwnLine {
  nonce: string;
  body: string;
  /** The line that it answers; null: none. */
  answers: LineEntry | null;
  /** `waiting`: not sent on this socket yet. `sent`: not answered yet. `said`: stored, but the entry has not arrived. */
  state: "waiting" | "sent" | "said";
  /** Known once the line is stored. */
  seq: number | null;
  /** `seq` of an entry with the same text that arrived before `said`; this line is then hidden. */
  seenSeq: number | null;
  /** How often the server answered that the outcome is unknown. */
  repeats: number;
}

/** At this length the composer accepts no further line. */
export const OUTBOX_LENGTH_MAX = 10;
export const REPEATS_MAX = 8;

export const queued = (
  outbox: OwnLine[],
  { nonce, body, answers = null }: { nonce: string; body: string; answers?: LineEntry | null },
): OwnLine[] => [...outbox, { nonce, body, answers, state: "waiting", seq: null, seenSeq: null, repeats: 0 }];

export const unanswered = (outbox: OwnLine[]) => outbox.filter((line) => line.state !== "said");

/** The line to send now: the oldest unanswered one, unless it was sent already. */
export function nextToSend(outbox: OwnLine[]): OwnLine | null {
  const oldest = unanswered(outbox)[0];
  return oldest?.state === "waiting" ? oldest : null;
}

const change = (outbox: OwnLine[], nonce: string, to: (line: OwnLine) => OwnLine) =>
  outbox.map((line) => (line.nonce === nonce ? to(line) : line));

export const sent = (outbox: OwnLine[], nonce: string) => change(outbox, nonce, (line) => ({ ...line, state: "sent" }));

/** The line is stored; it is removed at once if its entry has arrived. */
export const said = (outbox: OwnLine[], { nonce, seq }: { nonce: string; seq: number }, headSeq: number): OwnLine[] =>
  seq <= headSeq
    ? outbox.filter((line) => line.nonce !== nonce)
    : change(outbox, nonce, (line) => ({ ...line, state: "said", seq }));

/** The line may or may not be stored; it is sent again with the same nonce. */
export const outcomeUnknown = (outbox: OwnLine[], nonce: string) =>
  change(outbox, nonce, (line) => ({ ...line, state: "waiting", repeats: line.repeats + 1 }));

export const removed = (outbox: OwnLine[], nonce: string) => outbox.filter((line) => line.nonce !== nonce);

/** After reconnecting: lines without an answer are sent again. */
export const requeued = (outbox: OwnLine[]): OwnLine[] =>
  outbox.map((line) => (line.state === "sent" ? { ...line, state: "waiting" } : line));

/** After new entries: removes lines whose entry arrived, and hides a line whose text matches one until its `said`. */
export function reconciled(
  outbox: OwnLine[],
  entries: LineEntry[],
  { you, headSeq }: { you: string; headSeq: number },
) {
  if (outbox.length === 0) return outbox;
  const next = outbox.filter((line) => line.seq === null || line.seq > headSeq).map((line) => ({ ...line }));
  for (const entry of entries) {
    if (entry.user.id !== you) continue;
    const match = next.find((line) => line.seenSeq === null && line.state !== "said" && sameBody(line.body, entry));
    if (match) match.seenSeq = entry.seq;
  }
  return next;
}

const sameBody = (body: string, entry: LineEntry) =>
  body === entry.body || (isAction(body) && body.slice(4).trim() === entry.body);

/** As the room reads it. */
export const isAction = (body: string) => /^\/me\s+\S/i.test(body);

/** Length of what is sent, as the server counts it: code points of the line. */
export const bodyLength = (text: string) => [...asOneLine(text)].length;

export const isSendable = (text: string) => showsSomething(text) && bodyLength(text) <= BODY_LENGTH_MAX;
