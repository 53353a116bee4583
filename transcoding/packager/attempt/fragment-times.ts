// Where a fragment stands in time, in milliseconds: in a segment of its rendition, and beside the other renditions.

import type { Fragment, FragmentTrack } from "#runtime/fmp4/fragment.ts";

/** Media missing for longer is a hole, whose time is spanned by gaps. */
export const HOLE_MS = 1_000;
/** Assumed duration of the last picture before a hole. */
const LAST_PICTURE_MS = 100;

export interface FragmentTimes {
  dtsMs: number;
  /** Presentation time: decode time plus the lead of the last keyframe. */
  ptsMs: number;
  endMs: number;
  /** It begins with a keyframe. */
  key: boolean;
  /** It has media of the rendition's main track; else its times are those of the media before it. */
  timed: boolean;
  /** Samples of the main track; those of a rendition without pictures count as one. */
  pictures: number;
}

/** The position of a rendition in its open segment. */
export class Position {
  /** Decode time at which the segment begins. */
  startDtsMs = 0;
  /** Length of the media in the segment. */
  posMs = 0;
  /** Presentation time minus decode time, at the last keyframe. */
  #leadMs = 0;

  /** A rendition without pictures (`soundOnly`) is timed by its sound. */
  constructor(readonly soundOnly: boolean) {}

  /** The fragment's times. In a fragment without pictures the sound decides, but it never makes a hole. */
  at(fragment: Fragment): FragmentTimes {
    const main = fragment.tracks.find(({ track }) => track.kind === (this.soundOnly ? "audio" : "video"));
    const hereMs = this.startDtsMs + this.posMs;
    if (!main) {
      const [sound] = fragment.tracks;
      const endMs = sound ? Math.min(msOf(sound, sound.decodeTime + sound.duration), hereMs + HOLE_MS) : hereMs;
      return { dtsMs: hereMs, ptsMs: hereMs + this.#leadMs, endMs, key: false, timed: false, pictures: 0 };
    }
    const dtsMs = msOf(main, main.decodeTime);
    if (main.keyframe) this.#leadMs = msOf(main, main.firstPts) - dtsMs;
    const durationMs = msOf(main, main.duration);
    // FFmpeg stretches a picture until the next one comes, so a long picture means missing time.
    const endMs = dtsMs + (durationMs > HOLE_MS && !this.soundOnly ? LAST_PICTURE_MS : durationMs);
    return {
      dtsMs,
      ptsMs: dtsMs + this.#leadMs,
      endMs,
      key: main.keyframe,
      timed: true,
      pictures: this.soundOnly ? 1 : main.samples,
    };
  }

  begin(dtsMs: number) {
    this.startDtsMs = dtsMs;
    this.posMs = 0;
  }
}

export const msOf = ({ track }: FragmentTrack, ticks: number) => (ticks * 1000) / track.timescale;
