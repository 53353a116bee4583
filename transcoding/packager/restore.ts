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
  const shelves = new Map(renditions.map((name) => [name, new Shelf(name)]));
  const window = saved?.window ?? [];
  const slots = new Slots({
    firstNumber: window[0]?.number ?? 0,
    discontinuitySequence: saved?.discontinuitySequence ?? 0,
  });
  const fresh = { slots, shelves, startNumber, rhythm: null, tail: null };
  const last = window.findLast(({ gap }) => !gap);
  if (!saved || !last || saved.targetDurationMs === null || saved.partTargetMs === null)
    return { timeline: new Timeline(fresh), variants: {} };
  for (const segment of window) {
    const slot = slotOf(segment);
    slots.push(slot);
    for (const [name, shelf] of shelves)
      shelf.place(slot, {
        initHash: segment.gap ? null : (segment.inits[name] ?? null),
        durationMs: segment.durationMs,
      });
  }
  const tail: Tail = {
    session: saved.session ?? "",
    own: false,
    inits: new Map(Object.entries(last.inits)),
    shiftsMs: new Map(Object.entries(saved.shiftsMs ?? {})),
    endsMs: new Map(),
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
  /** The saved window: the first number of future playlists, and the last number that is closed in all renditions. */
  fromNumber: number;
  toNumber: number;
  /** Session and shifts of the current attempt. */
  session: string;
  shiftsMs: Record<string, number>;
}

export function save({ headNumber, timeline, variants, fromNumber, toNumber, session, shiftsMs }: Saving): SavedMedia {
  const { slots, shelves, rhythm } = timeline;
  const kept = slots.between(fromNumber, toNumber);
  return {
    headNumber,
    discontinuitySequence: slots.discontinuitySequenceAt(kept[0]?.number ?? 0),
    targetDurationMs: rhythm?.targetDurationMs ?? null,
    partTargetMs: rhythm?.partTargetMs ?? null,
    window: kept.map(({ number, atMs, durationMs, discontinuity, gap, keyed }) => ({
      number,
      durationMs: durationMs ?? 0,
      atMs,
      discontinuity,
      gap,
      keyed,
      inits: initsOf(shelves, number),
    })),
    session,
    shiftsMs,
    variants,
  };
}

function initsOf(shelves: Map<string, Shelf>, number: number): Record<string, string> {
  const inits: Record<string, string> = {};
  for (const [name, shelf] of shelves) {
    const hash = shelf.segment(number)?.initHash;
    if (hash) inits[name] = hash;
  }
  return inits;
}
