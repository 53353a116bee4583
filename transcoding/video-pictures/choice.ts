// Which moments of a video are drawn: for the storyboard at even intervals, for poster and thumbnails a few to choose from. Pure.

import { SOURCE_RENDITION } from "#schema/wire/media.ts";

/** A segment that may be drawn from. */
export interface DrawnSegment {
  rendition: string;
  number: number;
  epoch: number;
  /** From the beginning of the video, as players count. */
  positionMs: number;
  durationMs: number;
  /** Null: a gap. */
  initHash: string | null;
  keyed: boolean;
}

/** A segment, and a moment in it. */
export interface Moment<Segment extends DrawnSegment = DrawnSegment> {
  segment: Segment;
  /** From the beginning of the segment; the last keyframe until then is drawn. */
  offsetMs: number;
}

interface Sized {
  name: string;
  width: number;
  height: number;
}

/** A small picture is drawn from the smallest rendition that is not smaller. */
const STORYBOARD_HEIGHT = 90;

/** The renditions that poster and thumbnails are drawn from, and the storyboard. The large one has the clock of the video: the source, where
 *  there is one. Null: there are no pictures. */
export function drawnRenditions<Rendition extends Sized>(
  renditions: readonly Rendition[],
): { large: Rendition; small: Rendition } | null {
  const byHeight = renditions
    .filter(({ width, height }) => width > 0 && height > 0)
    .sort((a, b) => a.height - b.height);
  const large = byHeight.find(({ name }) => name === SOURCE_RENDITION) ?? byHeight.at(-1);
  if (!large) return null;
  const small = byHeight.find(({ width, height }) => Math.min(width, height) >= STORYBOARD_HEIGHT);
  return { large, small: small ?? large };
}

const INTERVALS_MS = [2_000, 5_000, 10_000, 20_000, 30_000, 60_000, 120_000, 300_000, 600_000] as const;
/** Four full sheets: an hour at 10 s. */
const PICTURES_MAX = 400;
/** Of the length. The first pictures are often black, the last ones too. */
const POSTER_SHARES = [0.1, 0.3, 0.5] as const;

export interface Board<Segment extends DrawnSegment> {
  intervalMs: number;
  /** One for each interval that begins within the video. */
  moments: Moment<Segment>[];
}

/** Null: no segment can be drawn from. In a gap the picture before it is drawn, at the beginning the first one there is. */
export function boardOf<Segment extends DrawnSegment>(segments: readonly Segment[]): Board<Segment> | null {
  const lengthMs = lengthOf(segments);
  const drawable = segments.filter(isDrawable);
  if (drawable.length === 0 || lengthMs <= 0) return null;
  const intervalMs =
    INTERVALS_MS.find((ms) => Math.ceil(lengthMs / ms) <= PICTURES_MAX) ?? Math.ceil(lengthMs / PICTURES_MAX);
  const moments: Moment<Segment>[] = [];
  let at = 0;
  for (let ms = 0; ms < lengthMs && moments.length < PICTURES_MAX; ms += intervalMs) {
    while (at + 1 < drawable.length && drawable[at + 1]!.positionMs <= ms) at++;
    moments.push(momentIn(drawable[at]!, ms));
  }
  return { intervalMs, moments };
}

/** Fewer when they would be of one segment. */
export function posterMoments<Segment extends DrawnSegment>(segments: readonly Segment[]): Moment<Segment>[] {
  const lengthMs = lengthOf(segments);
  const drawable = segments.filter(isDrawable);
  const found = POSTER_SHARES.flatMap((share) => {
    const ms = lengthMs * share;
    const segment = drawable.findLast(({ positionMs }) => positionMs <= ms) ?? drawable[0];
    return segment ? [momentIn(segment, ms)] : [];
  });
  return found.filter(({ segment }, i) => found.findIndex((other) => other.segment === segment) === i);
}

const isDrawable = ({ initHash, keyed }: DrawnSegment) => initHash !== null && keyed;
const momentIn = <Segment extends DrawnSegment>(segment: Segment, ms: number): Moment<Segment> => ({
  segment,
  offsetMs: Math.min(Math.max(0, ms - segment.positionMs), segment.durationMs),
});

function lengthOf(segments: readonly DrawnSegment[]): number {
  const last = segments.at(-1);
  return last ? last.positionMs + last.durationMs : 0;
}
