// The part of a video that somebody asks for as a clip → the pointer that is kept.

import { Refusal } from "#runtime/actor/actor.ts";
import type { NewClip } from "#schema/queries/clips/clips.ts";
import { CLIP_MS_DEFAULT, CLIP_MS_MIN } from "#schema/wire/clip-limits.ts";
import { END_SLACK_MS } from "#schema/wire/video-end.ts";
import type { Listing } from "../videos/listing.ts";

/** The same of a running recording: what is this near to the end of what is stored is not waited for. */
const NEAR_MS = 100;

export interface Wanted {
  /** Position in the video; undefined: the end of what is stored. */
  endMs?: number | undefined;
  durationMs?: number | undefined;
}

export type Pointer = Pick<NewClip, "startMs" | "durationMs" | "firstNumber" | "lastNumber" | "offsetMs">;

/** "later": its end is not stored yet. Throws Refusal `part_unavailable`: it is a gap, before the start, or behind the end. */
export function pointerTo(
  listing: Pick<Listing, "at" | "timeline">,
  { endMs: asked, durationMs: length = CLIP_MS_DEFAULT }: Wanted,
  { isRecording }: { isRecording: boolean },
): Pointer | "later" {
  const storedMs = listing.timeline.durationMs;
  if (isRecording && asked !== undefined && asked > storedMs + NEAR_MS) return "later";
  if (asked !== undefined && asked > storedMs + END_SLACK_MS) throw new Refusal("part_unavailable", "behind the end");
  const endMs = Math.min(asked ?? storedMs, storedMs);
  const startMs = Math.max(0, endMs - length);
  const durationMs = Math.round(endMs - startMs);
  // What ends within its first seconds is shorter than asked, what has fewer is no clip.
  if (durationMs < CLIP_MS_MIN) throw new Refusal("part_unavailable", `a clip has ${CLIP_MS_MIN} ms or more`);
  const [first, last] = [listing.at(startMs), lastAt(listing, endMs)];
  if (!first || !last || first.isGap || last.isGap) throw new Refusal("part_unavailable", "a part of it was lost");
  return {
    ...{ startMs, durationMs, firstNumber: first.number, lastNumber: last.number },
    offsetMs: startMs - first.startMs,
  };
}

/** The segment with the last picture before this moment, not one that begins there. */
const lastAt = (listing: Pick<Listing, "at">, endMs: number) => listing.at(endMs - 1);
