// Which moments of a video are drawn: for the storyboard at even intervals, for poster and thumbnails a few to choose from. Pure.

/** A segment of the rendition that is drawn from. */
export interface DrawnSegment {
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
