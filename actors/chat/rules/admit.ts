// Decides whether a line is admitted. A pure function of the line, the room and the time.

import type { Author } from "#schema/api/chat.ts";
import { bodyIsShort, bodyIsText, bodySaysSomething, nonceFits, replyNamesLine } from "./every-room.ts";
import type { AskedLine, LineRefusal, LineRule, RuledRoom } from "./rule.ts";

/** A line as it will be stored. */
export interface AdmittedLine {
  user: Author;
  nonce: string;
  body: string;
  action: boolean;
  replyTo: string | null;
  /** Wall time in ms. */
  atMs: number;
}

type Admission = { ok: true; line: AdmittedLine } | ({ ok: false } & LineRefusal);

/** Checked in this order; the first refusal counts. A new chat mode is a field of RoomSettings, a rule here, and its test. */
const RULES: readonly LineRule[] = [nonceFits, replyNamesLine, bodySaysSomething, bodyIsShort, bodyIsText];

const ACTION = /^\/me\s+(.+)$/u;

/** Trims the body; `/me …` makes an action. Only tests pass other `rules`. */
export function admit(asked: AskedLine, room: RuledRoom, nowMs: number, rules = RULES): Admission {
  const line = { ...asked, body: asked.body.trim() };
  for (const rule of rules) {
    const refusal = rule(line, room, nowMs);
    if (refusal) return { ok: false, ...refusal };
  }
  const { user, nonce, body, replyTo } = line;
  const action = ACTION.exec(body);
  return {
    ok: true,
    line: {
      user,
      nonce,
      body: action?.[1] ?? body,
      action: action !== null,
      replyTo: replyTo?.toLowerCase() ?? null,
      atMs: nowMs,
    },
  };
}
