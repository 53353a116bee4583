// May this line be said? Pure: the line, the room's settings and the time decide.

import type { Author } from "#schema/api/chat.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { BODY_LENGTH_MAX, NONCE_LENGTH_MAX, type RefusedCode, type RoomSettings } from "#schema/wire/room.ts";

/** A line as it was asked for. */
export interface AskedLine {
  user: Author;
  nonce: string;
  body: string;
  replyTo?: string;
}

/** A line as it will be kept. */
export interface AdmittedLine {
  user: Author;
  nonce: string;
  body: string;
  action: boolean;
  replyTo: string | null;
  /** Wall time in ms. */
  atMs: number;
}

export type Admission =
  | { ok: true; line: AdmittedLine }
  | { ok: false; code: RefusedCode; detail: string; retryAfterMs?: number };

/** Every room's settings for now: all off. */
export const roomSettings: RoomSettings = {
  slowMs: 0,
  followersOnlyMs: 0,
  emoteOnly: false,
  subscribersOnly: false,
  uniqueMs: 0,
};

const CONTROL = /\p{Cc}/u;
const ACTION = /^\/me\s+(.+)$/u;

/** Bodies are trimmed, then 1–500 code points without control characters; `/me …` makes an action. Contract §4. */
export function admit(line: AskedLine, _room: RoomSettings, nowMs: number): Admission {
  const refused = (code: RefusedCode, detail: string): Admission => ({ ok: false, code, detail });
  if (line.nonce === "" || line.nonce.length > NONCE_LENGTH_MAX || CONTROL.test(line.nonce))
    return refused("invalid_body", `a nonce has 1 to ${NONCE_LENGTH_MAX} characters`);
  if (line.replyTo !== undefined && !isUuid(line.replyTo.toLowerCase()))
    return refused("invalid_body", "replyTo is a line's id");

  const body = line.body.trim();
  if (body === "") return refused("invalid_body", "a line has at least one character");
  // A code point is at most two units: nobody's megabyte is counted.
  if (body.length > 2 * BODY_LENGTH_MAX || [...body].length > BODY_LENGTH_MAX)
    return refused("too_long", `a line has at most ${BODY_LENGTH_MAX} characters`);
  if (CONTROL.test(body) || !body.isWellFormed()) return refused("invalid_body", "control characters are not allowed");

  const action = ACTION.exec(body);
  return {
    ok: true,
    line: {
      user: line.user,
      nonce: line.nonce,
      body: action?.[1] ?? body,
      action: action !== null,
      replyTo: line.replyTo?.toLowerCase() ?? null,
      atMs: nowMs,
    },
  };
}
