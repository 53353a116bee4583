// A room's terms and AutoMod as they are searched. Compiled at the first line after a change, so that a list that is typed in term by term
// costs as many compilations as there are lines between.

import { LruMap } from "#runtime/base/lru.ts";
import type { AutoModView } from "#schema/api/auto-mod.ts";
import type { RoomTerm } from "#schema/queries/chat/judging.ts";
import { type AutoMod, compileAutoMod, NO_AUTO_MOD } from "./auto-mod.ts";
import { type CompiledTerms, compileTerms, NO_TERMS } from "./compiled-terms.ts";

export interface CompiledRoom {
  terms: CompiledTerms;
  permitted: CompiledTerms;
  autoMod: AutoMod;
  /** When a term expires, so that all of it must be compiled again; infinite: none does. */
  untilMs: number;
}

/** Levels are few, and rooms with equal ones share their lists. */
const AUTO_MODS_MAX = 50;
const autoMods = new LruMap<string, AutoMod>(AUTO_MODS_MAX);

export function compileRoom(terms: Iterable<RoomTerm>, settings: AutoModView, nowMs: number): CompiledRoom {
  const living = [...terms].filter(({ expiresAtMs }) => expiresAtMs === null || expiresAtMs > nowMs);
  const textsOf = (kind: RoomTerm["kind"]) => living.filter((term) => term.kind === kind).map(({ text }) => text);
  return {
    terms: compiled(textsOf("blocked")),
    permitted: compiled(textsOf("permitted")),
    autoMod: autoModOf(settings),
    untilMs: Math.min(...living.map(({ expiresAtMs }) => expiresAtMs ?? Number.POSITIVE_INFINITY)),
  };
}

/** What this release cannot read any more is left out: a room without one of its terms is better than no room. */
function compiled(texts: readonly string[]): CompiledTerms {
  if (texts.length === 0) return NO_TERMS;
  const terms = compileTerms(texts);
  if (!Array.isArray(terms)) return terms;
  const unread = new Set(terms.map(({ source }) => source));
  const rest = compileTerms(texts.filter((text) => !unread.has(text)));
  return Array.isArray(rest) ? NO_TERMS : rest;
}

function autoModOf({ levels, languages }: AutoModView): AutoMod {
  if (Object.values(levels).every((level) => level === 0)) return NO_AUTO_MOD;
  const key = JSON.stringify([levels, languages]);
  const known = autoMods.get(key);
  if (known) return known;
  const autoMod = compileAutoMod({ levels, ...(languages ? { languages } : {}) });
  autoMods.set(key, autoMod);
  return autoMod;
}
