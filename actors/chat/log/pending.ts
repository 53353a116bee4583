// What is on its way into a room's log: a line, or what a moderator did. With its later forms: the row, and the entry that viewers get.

import type { Refusal } from "#runtime/actor/actor.ts";
import type { LineEntry, ModerationEntry, Moderator, RoomSettings } from "#schema/api/chat.ts";
import type { StoredAct } from "#schema/queries/chat/acts.ts";
import type { StoredAllow, StoredAside } from "#schema/queries/chat/asides.ts";
import type { LineBatch } from "#schema/queries/chat/entries.ts";
import type { HeldLine } from "#schema/wire/held-lines.ts";
import { withLinks } from "#schema/wire/line-links.ts";
import type { Act, Entry, SayAnswer } from "#schema/wire/room.ts";
import type { GoingOn } from "../events/going-on.ts";
import type { AdmittedLine } from "../rules/rule.ts";

export interface PendingLine {
  readonly kind: "line";
  readonly id: string;
  readonly line: AdmittedLine;
  readonly queuedMonoMs: number;
  /** Called once. */
  settle(outcome: SayAnswer | Refusal): void;
}

/** It is a batch of its own: the lines behind it are judged by what it changed. */
export interface PendingAct {
  readonly kind: "act";
  /** Of its entry. */
  readonly id: string;
  /** Of its row in the moderators' log: the same, unless its entry is a line that was held. */
  readonly logId: string;
  readonly act: Act;
  readonly by: Moderator;
  readonly atMs: number;
  readonly queuedMonoMs: number;
  /** Called once, when the room has the act's effect. */
  settle(outcome: SayAnswer | Refusal): void;
}

export type Pending = PendingLine | PendingAct;

/** An act as it will be stored, made from what the room is when its turn has come. */
export type MadeAct = Pick<StoredAct, "entry" | "log" | "change"> & {
  room: RoomSettings;
  /** What is going on in the room from then on; absent fields stay. */
  going?: Partial<GoingOn>;
};

/** The allowing of a held line: its entry is the line. */
export type MadeAllow = Pick<StoredAllow, "log" | "change"> & { line: HeldLine };

/** An act without an entry. */
export type MadeAside = Pick<StoredAside, "log" | "change">;

export function toRow({ id, line }: PendingLine, seq: number): LineBatch["lines"][number] {
  const { user, nonce, body, action, replyTo, atMs } = line;
  return { id, user, nonce, body, action, replyTo, at: new Date(atMs).toISOString(), seq };
}

type SaidLine = Pick<AdmittedLine, "user" | "body" | "action" | "replyTo" | "atMs">;

export function lineEntry(
  { id, line: { user, body, action, replyTo, atMs } }: { id: string; line: SaidLine },
  seq: number,
): Entry {
  const entry: LineEntry = { seq, at: new Date(atMs).toISOString(), kind: "line", id, user, body };
  if (replyTo) entry.replyTo = replyTo;
  if (action) entry.action = true;
  return withLinks(entry);
}

export function actEntry({ id, atMs, by }: PendingAct, made: MadeAct | MadeAllow, seq: number): Entry {
  if ("line" in made) return lineEntry({ id, line: { ...made.line, atMs } }, seq);
  const { entry } = made;
  const at = new Date(atMs).toISOString();
  return { seq, at, kind: entry.kind, ...entry.event, by } as ModerationEntry;
}
