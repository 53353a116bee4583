// What the next owner of a channel must know to date each tag as the owner before did.

import type { Kind } from "./clock-facts.ts";
import { distance, type Line } from "./track.ts";

/** JSON; saved with the broadcast. */
export interface ClockState {
  /** None for a track that is dated by arrival. */
  lines: Partial<Record<Kind, Line>>;
  /** Wall time of session time 0, by the database's clock. Fixed for the session. */
  baseMs: number;
  /** How far dates were behind arrival; default 0. */
  lateMs?: number;
}

/** A saved line that dates the first tag further off than this is obsolete: the timestamps jumped while nobody pulled. */
const OFF_MAX_MS = 1_000;

/** Where a saved state puts the first tag of a track, and whether that can be true; null: the state says nothing about it. */
export function continued(
  { lines, lateMs = 0 }: ClockState,
  tag: { kind: Kind; raw: number; worldMs: number; alone: boolean },
): { atMs: number; holds: boolean } | null {
  const line = lines[tag.kind] ?? (tag.alone ? (lines.video ?? lines.audio) : undefined);
  if (!line) return null;
  const atMs = line.at + distance(line.raw, tag.raw);
  const offMs = tag.worldMs - atMs;
  // A state that was saved in the midst of a stall says more than is true by now.
  return { atMs, holds: offMs > Math.min(0, lateMs) - OFF_MAX_MS && offMs < Math.max(0, lateMs) + OFF_MAX_MS };
}

/** The encoder's timestamp of a picture at that wall time; null: pictures are dated by arrival. */
export function timestampAt({ lines: { video }, baseMs }: ClockState, wallMs: number): number | null {
  return video ? Math.round(video.raw + wallMs - baseMs - video.at) >>> 0 : null;
}

/** Where arrival puts the first tag. Dates that were ahead of arrival stay ahead: what was dated is not dated again. */
export const dueAfter = (resume: ClockState | null, worldMs: number) =>
  Math.round(worldMs - Math.min(0, resume?.lateMs ?? 0));
