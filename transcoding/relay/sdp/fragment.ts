// What a client sends by PATCH: candidates, or new ICE credentials (RFC 8840 §9, RFC 9725 §4.3). No candidate is ever used: the library
// would send packets to whatever it names. A client reaches us by ours, and is known by where its checks come from.

import { FRAGMENT_BYTES_MAX } from "#schema/wire/relay.ts";
import { malformed, type Refused, refusedOr } from "./refused.ts";

const LINES_MAX = 400;
const LINE = /^(?:a=[!#-'*+\-.0-9A-Z^-~]{1,64}(?::.*)?|m=.+|[a-z]=.*)$/;
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/;
const UFRAG = /^a=ice-ufrag:([A-Za-z0-9+/]{4,256})$/;
const PASSWORD = /^a=ice-pwd:([A-Za-z0-9+/]{22,256})$/;

export interface Fragment {
  /** Of the client; null: not said. One that is not the session's asks for an ICE restart. */
  ufrag: string | null;
  password: string | null;
  /** How many were sent, for metrics. */
  candidates: number;
}

/** Never throws. */
export function readFragment(text: string): Fragment | Refused {
  return refusedOr(() => {
    if (text.length > FRAGMENT_BYTES_MAX) throw malformed(`more than ${FRAGMENT_BYTES_MAX} bytes`);
    if (CONTROLS.test(text)) throw malformed("control characters");
    const lines = text.split("\n", LINES_MAX + 1).map((line) => line.replace(/\r$/, ""));
    if (lines.length > LINES_MAX) throw malformed(`more than ${LINES_MAX} lines`);
    while (lines.at(-1) === "") lines.pop();
    if (lines.length === 0 || !lines.every((line) => LINE.test(line))) throw malformed("a line that is none of SDP");
    return {
      ufrag: onlyOne(lines, "a=ice-ufrag:", UFRAG),
      password: onlyOne(lines, "a=ice-pwd:", PASSWORD),
      candidates: lines.filter((line) => line.startsWith("a=candidate:")).length,
    };
  });
}

/** Each section may repeat it. */
function onlyOne(lines: readonly string[], prefix: string, pattern: RegExp): string | null {
  const given = [...new Set(lines.filter((line) => line.startsWith(prefix)))];
  if (given.length === 0) return null;
  const value = given.length === 1 ? pattern.exec(given[0]!)?.[1] : undefined;
  if (value === undefined) throw malformed("ICE credentials that are none");
  return value;
}
