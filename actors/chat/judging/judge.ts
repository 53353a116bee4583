// Judges a line: it is said, held for a moderator, or refused. A pure function of the line and of the room's compiled rules; who is above them
// (owner, moderators, staff) is not asked here.

import { countedLinks } from "#schema/wire/moderation/links/counted-links.ts";
import type { AutoMod, AutoModContext, AutoModFound, SaidLine } from "./auto-mod.ts";
import type { CompiledTerms } from "./compiled-terms.ts";
import type { Place } from "./judged-text.ts";

export interface JudgedRoom extends AutoModContext {
  /** Blocked terms. Default: none. */
  terms?: CompiledTerms;
  autoMod?: AutoMod;
  /** Links are off: those of `allowedHosts` alone may be said. */
  linksOff?: boolean;
}

export type Verdict =
  | { verdict: "allow" }
  /** The code is one of REFUSALS. `term` and place are for moderators: the person is told the code alone, so that nobody can try words out. */
  | { verdict: "block"; code: "blocked_term"; term: string; place: Place }
  | { verdict: "block"; code: "links_off"; place: Place }
  /** `found[0]` names the hold; each has its kind and its part of the line. */
  | { verdict: "hold"; kind: AutoModFound["kind"]; found: readonly AutoModFound[] };

/** A blocked term refuses even where AutoMod would hold; permitted terms beat AutoMod's lists, not the blocked terms. */
export function judge(line: SaidLine, room: JudgedRoom): Verdict {
  const [term] = room.terms?.find(line.text) ?? [];
  if (term)
    return { verdict: "block", code: "blocked_term", term: term.term, place: { start: term.start, end: term.end } };
  if (room.linksOff) {
    const [link] = countedLinks(line.text.bared, { allowed: room.allowedHosts ?? [] });
    if (link) return { verdict: "block", code: "links_off", place: { start: link.start, end: link.end } };
  }
  const found = room.autoMod?.find(line, room) ?? [];
  return found.length > 0 ? { verdict: "hold", kind: found[0]!.kind, found } : { verdict: "allow" };
}
