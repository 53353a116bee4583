// Ends an attempt: closes half-served segments, brings the renditions to the same end, and answers where that end is.

import type { Slot } from "../numbers/slots.ts";
import type { Shelf } from "../shelf/shelf.ts";
import type { Tail, Timeline } from "../timeline.ts";
import type { Numbering } from "./numbering.ts";
import type { Rungs } from "./rungs.ts";
import type { SourceFeed } from "./source-feed.ts";

interface Ending {
  timeline: Timeline;
  source: SourceFeed;
  rungs: Rungs;
  numbering: Numbering;
  session: string;
}

/** The end of the attempt's media; null: the attempt has no media, and its numbers are free again. */
export function finish(ending: Ending): Tail | null {
  const { timeline, rungs, numbering } = ending;
  const { slots, rhythm } = timeline;
  const { firstPlaced } = numbering;
  rungs.close();
  const top = slots.last!;
  if (!rhythm) {
    // Nothing was listed.
    while (slots.last && slots.nextNumber > firstPlaced) slots.pop();
    return null;
  }
  // Remove a segment without parts, and gaps that no media follows.
  if (!closeTop(ending, top)) slots.pop();
  while (slots.last?.gap && slots.nextNumber > firstPlaced) slots.pop();
  for (const shelf of timeline.shelves.values()) level(shelf, ending);
  return slots.last && slots.nextNumber > firstPlaced ? tailOf(ending, { top, last: slots.last }) : null;
}

/** False when no rendition has parts of the newest segment. */
function closeTop({ source, timeline }: Ending, top: Slot): boolean {
  const made = source.cutter.reach?.made ?? 0;
  const ofRungs = timeline.rungs.some(([, { last }]) => last?.slot === top && last.parts.length > 0);
  const served = made > 0 || ofRungs;
  const endMs = source.cutter.finish({ flush: served && (made === 0 || source.cutter.worthFlushing) });
  if (endMs !== null) top.durationMs = endMs;
  return endMs !== null;
}

/** Gives a rendition that has begun the same numbers as the source: a number that it lacks becomes a gap. */
function level(shelf: Shelf, { timeline: { slots, source }, numbering }: Ending) {
  while (shelf.last && shelf.last.slot.number >= slots.nextNumber) shelf.pop();
  if (!shelf.last && shelf !== source) return;
  const next = shelf.last ? shelf.last.slot.number + 1 : numbering.firstPlaced;
  for (const slot of slots.between(next, slots.nextNumber))
    shelf.place(slot, { initHash: null, durationMs: slot.durationMs ?? 0 });
}

function tailOf({ source, timeline, numbering, session }: Ending, { top, last }: { top: Slot; last: Slot }): Tail {
  const lastMs = last.durationMs ?? 0;
  // The segment before a removed one ends where that began, or before the hole between them.
  const endMs = last === top ? source.movedDtsMs(lastMs) : source.movedDtsMs(last.startMs + lastMs - top.startMs);
  return {
    session,
    own: true,
    initHash: timeline.source.lastMedia?.initHash ?? null,
    shiftMs: numbering.shiftMs,
    endMs,
  };
}
