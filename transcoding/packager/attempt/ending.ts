// Ends an attempt: closes half-served segments, brings the renditions to the same end, and answers where that end is.

import type { Slot } from "../numbers/slots.ts";
import type { Shelf } from "../shelf/shelf.ts";
import type { Tail, Timeline } from "../timeline.ts";
import { worthFlushing } from "./cutter.ts";
import { ALIGNED_MS, type Feed } from "./feed.ts";

interface Ending {
  timeline: Timeline;
  /** The source first. */
  feeds: Feed[];
  /** The first segment number that the attempt added. */
  firstPlaced: number;
  session: string;
}

/** The end of the attempt's media; null: the attempt has no media, and its numbers are free again. */
export function finish(ending: Ending): Tail | null {
  const { timeline, firstPlaced } = ending;
  const { slots } = timeline;
  const top = slots.last!;
  // Remove a segment without parts, and gaps that no media follows.
  if (!closeOpen(ending, top)) slots.pop();
  while (slots.nextNumber > firstPlaced && slots.last!.gap) slots.pop();
  for (const shelf of timeline.shelves.values()) level(shelf, ending);
  return slots.nextNumber > firstPlaced ? tailOf(ending, { top, last: slots.last! }) : null;
}

/** False when no rendition has parts of `top`. */
function closeOpen({ feeds }: Ending, top: Slot): boolean {
  const open = feeds.flatMap((feed) => {
    const { reach } = feed.cutter;
    return reach ? [{ feed, ...reach }] : [];
  });
  const inTop = open.filter(({ slot }) => slot === top);
  const served = inTop.some(({ made }) => made > 0);
  const farthestMs = Math.max(0, ...inTop.map(({ cutMs }) => cutMs));
  const flushAll = served && inTop.some(({ pendingMs }) => worthFlushing(pendingMs));
  for (const { feed, slot, cutMs } of open) {
    // Renditions should end together: a rendition that is behind flushes its pending media.
    const behind = slot !== top || cutMs < farthestMs - ALIGNED_MS;
    const endMs = feed.cutter.finish({ flush: behind || flushAll });
    if (endMs !== null && (slot.durationMs === null || feed === feeds[0])) slot.durationMs = endMs;
  }
  return served;
}

/** Gives every rendition the same numbers: a number that only other renditions have becomes a gap. */
function level(shelf: Shelf, { timeline: { slots }, firstPlaced }: Ending) {
  while (shelf.last && shelf.last.slot.number >= slots.nextNumber) shelf.pop();
  const next = shelf.last ? shelf.last.slot.number + 1 : firstPlaced;
  for (const slot of slots.between(next, slots.nextNumber))
    shelf.place(slot, { initHash: null, durationMs: slot.durationMs ?? 0 });
}

function tailOf({ feeds, timeline, session }: Ending, { top, last }: { top: Slot; last: Slot }): Tail {
  const endsMs = new Map<string, number>();
  for (const feed of feeds) {
    const segment = timeline.shelves.get(feed.rendition)!.last;
    if (segment?.slot !== last || segment.initHash === null) continue;
    // The segment before a removed segment ends where the removed one began.
    const whole = feed.slot === top && top !== last;
    if (whole || feed.slot === last) endsMs.set(feed.rendition, feed.movedDtsMs(whole ? 0 : segment.durationMs));
  }
  const inits = new Map(feeds.map(({ rendition, init }) => [rendition, init!.hash]));
  return { session, own: true, inits, shiftsMs: new Map(feeds.map((f) => [f.rendition, f.shiftMs])), endsMs };
}
