// Finds sound and picture that lie apart, or come apart, by the clocks of an encoder whose tracks do not share one.

import type { Kind } from "./clock-facts.ts";
import type { Track } from "./track.ts";

/** Encoders send sound and picture of one time up to this far apart. */
export const APART_MS = 1_000;
/** When one track has jumped, the other jumps within this, if they share a clock. */
const FOLLOWS_WITHIN_MS = 2_000;
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

/** Tells a track that jumped alone from an encoder's clock that jumped: then the other track follows soon. */
export class JumpedAlone {
  #alone: { kind: Kind; byMs: number; atMs: number } | null = null;

  /** A track has jumped, at `atMs` of the world. */
  jumped(kind: Kind, byMs: number, atMs: number) {
    const before = this.#alone;
    const sumMs = (before?.kind === kind ? before.byMs : 0) + byMs;
    const hasFollowed = before !== null && before.kind !== kind;
    this.#alone = hasFollowed || Math.abs(sumMs) <= APART_MS ? null : { kind, byMs: sumMs, atMs };
  }

  /** Once: the track that lies apart from now on, since tags of the other came that went on as before. */
  look(tracks: Partial<Record<Kind, Track>>): { kind: Kind; byMs: number } | null {
    if (!this.#alone) return null;
    const { kind, byMs, atMs } = this.#alone;
    const other = tracks[otherOf(kind)];
    if (!other || other.byArrival || other.odd || other.cameMs < atMs + FOLLOWS_WITHIN_MS) return null;
    this.#alone = null;
    return { kind, byMs };
  }
}

export const otherOf = (kind: Kind): Kind => (kind === "video" ? "audio" : "video");

function recentLateness(track: Track | undefined, flowMs: number): number | null {
  return track && !track.byArrival ? track.lateness.floorWithin(APART_FOR_MS, flowMs) : null;
}
