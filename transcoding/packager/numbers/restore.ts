// Between a broadcast's media in memory and what the actor's row keeps of it.

import type { Tail } from "../attempt/continuation.ts";
import type { Shelf } from "../shelf/shelf.ts";
import { Rhythm } from "./rhythm.ts";
import type { SavedMedia, SavedSegment, Variant } from "./saved.ts";
import { type Slot, Slots } from "./slots.ts";

interface Restored {
  slots: Slots;
  tail: Tail | null;
  rhythm: Rhythm | null;
  variants: Record<string, Variant>;
}

/** Lists a former owner's window; its bytes are elsewhere. */
export function restore(saved: SavedMedia | null, shelves: Map<string, Shelf>): Restored {
  const window = saved?.window ?? [];
  const slots = new Slots({
    firstNumber: window[0]?.number ?? 0,
    discontinuitySequence: saved?.discontinuitySequence ?? 0,
  });
  const last = window.findLast(({ gap }) => !gap);
  if (!saved || !last || saved.targetDurationMs === null || saved.partTargetMs === null)
    return { slots, tail: null, rhythm: null, variants: {} };
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
  return { slots, tail, rhythm, variants: { ...saved.variants } };
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
  world: { slots: Slots; shelves: Map<string, Shelf>; rhythm: Rhythm | null; tail: Tail | null };
  variants: Record<string, Variant>;
  /** Where the playlists are to begin from now on; the last that is closed in all renditions. */
  fromNumber: number;
  toNumber: number;
  /** Of the run that made it; of the tail when there is none. */
  session: string | undefined;
  shiftsMs: Record<string, number> | undefined;
}

export function save({ headNumber, world, variants, fromNumber, toNumber, session, shiftsMs }: Saving): SavedMedia {
  const { slots, shelves, rhythm, tail } = world;
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
    session: session ?? tail?.session ?? "",
    shiftsMs: shiftsMs ?? Object.fromEntries(tail?.shiftsMs ?? []),
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
