// Converts between a broadcast's media in memory and the part of it that the actor's row keeps.

import { Rhythm } from "./numbers/rhythm.ts";
import type { SavedMedia, SavedSegment, Variant } from "./numbers/saved.ts";
import { type Slot, Slots } from "./numbers/slots.ts";
import { Shelf } from "./shelf/shelf.ts";
import { type Tail, Timeline } from "./timeline.ts";

interface Restoring {
  saved: SavedMedia | null;
  /** The source first. */
  renditions: string[];
  startNumber: number;
}

/** Restores a former owner's window, without the bytes of its segments. */
export function restore({ saved, renditions, startNumber }: Restoring): {
  timeline: Timeline;
  variants: Record<string, Variant>;
} {
  const names = new Set([...renditions, ...Object.keys(saved?.variants ?? {})]);
  const shelves = new Map([...names].map((name, i) => [name, new Shelf(name, i > 0)]));
  const window = saved?.window ?? [];
  const slots = new Slots({
    firstNumber: window[0]?.number ?? 0,
    discontinuitySequence: saved?.discontinuitySequence ?? 0,
  });
  const sourceOffered = saved?.sourceOffered ?? true;
  const fresh = { slots, shelves, startNumber, rhythm: null, tail: null, sourceOffered };
  const last = window.findLast(({ gap }) => !gap);
  if (!saved || !last || saved.targetDurationMs === null || saved.partTargetMs === null)
    return { timeline: new Timeline(fresh), variants: {} };
  for (const segment of window) {
    const slot = slotOf(segment);
    slots.push(slot);
    for (const [name, shelf] of shelves) {
      const initHash = segment.gap ? null : (segment.inits[name] ?? null);
      // A rung may have begun within the window: its playlist must not begin before its first media.
      if (shelf.follows && !shelf.last && initHash === null) continue;
      shelf.place(slot, { initHash, durationMs: segment.durationMs });
    }
  }
  const source = renditions[0]!;
  const tail: Tail = {
    session: saved.session ?? "",
    own: false,
    initHash: last.inits[source] ?? null,
    shiftMs: saved.shiftsMs?.[source] ?? 0,
    endMs: null,
  };
  const segmentMs = Math.max(...window.map(({ gap, durationMs }) => (gap ? 0 : durationMs)));
  const { targetDurationMs, partTargetMs } = saved;
  const rhythm = Rhythm.resumed({ targetDurationMs, partTargetMs, segmentMs });
  return { timeline: new Timeline({ ...fresh, rhythm, tail }), variants: { ...saved.variants } };
}

const slotOf = ({ number, atMs, durationMs, gap, discontinuity, keyed = true }: SavedSegment): Slot => ({
  number,
  startMs: 0,
  atMs,
  durationMs,
  gap,
  discontinuity,
  keyed: keyed && !gap,
});

interface Saving {
  headNumber: number;
  timeline: Timeline;
  variants: Record<string, Variant>;
  /** The saved window: the first number of future playlists, and the last number that the source has closed. */
  fromNumber: number;
  toNumber: number;
  /** Of the current attempt. */
  session: string;
  shiftMs: number;
}

export function save({ headNumber, timeline, variants, fromNumber, toNumber, session, shiftMs }: Saving): SavedMedia {
  const { slots, shelves, rhythm, sourceOffered } = timeline;
  const kept = slots.between(fromNumber, toNumber);
  return {
    headNumber,
    discontinuitySequence: slots.discontinuitySequenceAt(kept[0]?.number ?? 0),
    targetDurationMs: rhythm?.targetDurationMs ?? null,
    partTargetMs: rhythm?.parts.targetMs ?? null,
    window: kept.map(({ number, atMs, durationMs, discontinuity, gap, keyed }) => ({
      number,
      // As it is listed, which is shorter than the slot where the source has a hole.
      durationMs: timeline.source.segment(number)?.durationMs ?? durationMs ?? 0,
      atMs,
      discontinuity,
      gap,
      keyed,
      inits: initsOf(shelves, number),
    })),
    session,
    // One for all renditions; the release before has one each.
    shiftsMs: Object.fromEntries([...shelves.keys()].map((name) => [name, shiftMs])),
    variants,
    ...(sourceOffered ? {} : { sourceOffered }),
  };
}

function initsOf(shelves: Map<string, Shelf>, number: number): Record<string, string> {
  const inits: Record<string, string> = {};
  for (const [name, shelf] of shelves) {
    const segment = shelf.segment(number);
    if (segment?.initHash && segment.closed) inits[name] = segment.initHash;
  }
  return inits;
}
