// Rules of form, the same in every room: the shape of a nonce, a reply and a body. Contract §4.

import { BODY_LENGTH_MAX, NONCE_LENGTH_MAX } from "#schema/wire/chat-limits.ts";
import { isUuid } from "#schema/wire/ids.ts";
import { showsSomething } from "#schema/wire/visible-text.ts";
import type { FormRule, LineRefusal } from "./rule.ts";

/** Controls, and the line breaks that Unicode does not count among them. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}]/u;

/** The part of `/me …` that is not shown. */
const ACTION = /^\/me\s+/iu;

const invalid = (detail: string): LineRefusal => ({ code: "invalid_body", detail });

export const nonceFits: FormRule = ({ nonce }) =>
  nonce === "" || nonce.length > NONCE_LENGTH_MAX || CONTROL.test(nonce) || !nonce.isWellFormed()
    ? invalid(`a nonce has 1 to ${NONCE_LENGTH_MAX} characters`)
    : null;

export const replyNamesLine: FormRule = ({ replyTo }) =>
  replyTo !== undefined && !isUuid(replyTo.toLowerCase()) ? invalid("replyTo is a line's id") : null;

export const bodySaysSomething: FormRule = ({ body }) =>
  showsSomething(body.replace(ACTION, "")) ? null : invalid("a line has at least one character that can be seen");

/** Counts code points. The check of UTF-16 units first avoids counting a very long body. */
export const bodyIsShort: FormRule = ({ body }) =>
  body.length > 2 * BODY_LENGTH_MAX || [...body].length > BODY_LENGTH_MAX
    ? { code: "too_long", detail: `a line has at most ${BODY_LENGTH_MAX} characters` }
    : null;

export const bodyIsText: FormRule = ({ body }) =>
  CONTROL.test(body) || !body.isWellFormed() ? invalid("control characters are not allowed") : null;
