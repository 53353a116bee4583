// Admits a line at the door, by its form alone: a pure function. Whether the room takes it is judged when it gets its number (judge.ts).

import type { LineTokens } from "#schema/wire/room.ts";
import { bodyIsShort, bodyIsText, bodySaysSomething, nonceFits, replyNamesLine } from "./every-room.ts";
import type { AdmittedLine, AskedLine, FormRule, LineRefusal } from "./rule.ts";

type Admission = { ok: true; line: AdmittedLine } | ({ ok: false } & LineRefusal);

/** Checked in this order; the first refusal counts. */
const RULES: readonly FormRule[] = [nonceFits, replyNamesLine, bodySaysSomething, bodyIsShort, bodyIsText];
const NO_TOKENS: LineTokens = { emotes: [], logins: [] };
const ACTION = /^\/me\s+(.+)$/iu;

/** Trims the body; `/me …` makes an action. */
export function admit(asked: AskedLine, nowMs: number): Admission {
  const line = { ...asked, body: asked.body.trim() };
  for (const rule of RULES) {
    const refusal = rule(line);
    if (refusal) return { ok: false, ...refusal };
  }
  const { user, nonce, body, replyTo, speaking = null, tokens = NO_TOKENS } = line;
  const action = ACTION.exec(body);
  return {
    ok: true,
    line: {
      ...{ user, nonce, speaking, tokens },
      body: action?.[1] ?? body,
      action: action !== null,
      replyTo: replyTo?.toLowerCase() ?? null,
      atMs: nowMs,
    },
  };
}
