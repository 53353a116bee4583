// Finds sound and picture that lie apart by the clocks of an encoder whose tracks do not share one.

import type { Kind } from "./clock-facts.ts";
import type { Track } from "./track.ts";

/** Encoders send sound and picture of one time up to this far apart. */
export const APART_MS = 1_000;
/** What a stall held up comes at once: one glance says nothing. */
const APART_FOR_MS = 1_000;

export class Apart {
  #sinceMs: number | null = null;

  /** The track to be laid beside the other, and how far it must go; null: they lie together, or it is not known yet. */
  look(tracks: Partial<Record<Kind, Track>>, { flowMs, shiftMs }: { flowMs: number; shiftMs: number }) {
    const picture = recentLateness(tracks.video, flowMs);
    const sound = recentLateness(tracks.audio, flowMs);
    if (picture === null || sound === null || Math.abs(picture - sound) <= APART_MS) {
      this.#sinceMs = null;
      return null;
    }
    this.#sinceMs ??= flowMs;
    if (flowMs - this.#sinceMs < APART_FOR_MS) return null;
    this.#sinceMs = null;
    // The one nearer to the wall clock is right.
    const kind: Kind = Math.abs(picture - shiftMs) > Math.abs(sound - shiftMs) ? "video" : "audio";
    return { kind, byMs: Math.round(kind === "video" ? picture - sound : sound - picture) };
  }
}

function recentLateness(track: Track | undefined, flowMs: number): number | null {
  return track && !track.byArrival ? track.lateness.floorWithin(APART_FOR_MS, flowMs) : null;
}
