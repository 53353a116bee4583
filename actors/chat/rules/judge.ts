// Judges whether the room takes a line, when the line gets its number: after everything that has a lower one.

import { modes, notBanned, notWarned } from "./modes.ts";
import type { AdmittedLine, LineRefusal, LineRule, RuledRoom } from "./rule.ts";

/** Checked in this order; the first refusal counts. */
const RULES: readonly LineRule[] = [notBanned, notWarned, modes];

/** Null: the line is taken. Only tests pass other `rules`. */
export function judge(line: AdmittedLine, room: RuledRoom, rules = RULES): LineRefusal | null {
  for (const rule of rules) {
    const refusal = rule(line, room);
    if (refusal) return refusal;
  }
  return null;
}
