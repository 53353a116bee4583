// The room as its log asks it.

import type { Refusal } from "#runtime/actor/actor.ts";
import type { RoomRules } from "#schema/queries/chat/acts.ts";
import type { StoredEvents } from "#schema/queries/chat/room-events.ts";
import type { HeldLine } from "#schema/wire/held-lines.ts";
import type { Entry, Told } from "#schema/wire/room.ts";
import type { AdmittedLine, LineRefusal } from "../rules/rule.ts";
import type { MadeAct, MadeAllow, MadeAside, PendingAct } from "./pending.ts";

export interface RoomJudge {
  /** Takes what the store has, before any line is judged. Answers whether it must see the newest lines too. */
  load(rules: RoomRules, events: StoredEvents): boolean;
  /** The newest lines of before, ascending. */
  saidBefore(entries: Entry[]): void;
  /** Null: the line is taken, and counts for those after it. A HeldLine: it counts too, and waits for a moderator. */
  judge(line: AdmittedLine, id: string): LineRefusal | HeldLine | null;
  /** These lines are stored for moderators. Answers what is told of it. */
  held(lines: HeldLine[]): Told[];
  /** The line does not wait after all: it could not be stored, or was said before. */
  notHeld(line: HeldLine): void;
  /** Why an act cannot be done any more; null: it can. Called when everything before it is stored. */
  mayAct(act: PendingAct): Refusal | null;
  /** What an act becomes. Called once, after `mayAct`. */
  make(act: PendingAct): MadeAct | MadeAllow | MadeAside;
  /** The act is stored. Answers what is told of it beside its entry. */
  apply(made: MadeAct | MadeAllow | MadeAside, act: PendingAct): Told[];
}
