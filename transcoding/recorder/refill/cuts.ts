// Where the segments of a filled hole begin.

export interface CutPicture {
  /** Decode time, ms, rising. */
  atMs: number;
  key: boolean;
}

/** The index of each segment's first picture: a keyframe within half a segment of where it should begin, else the picture nearest to that.
 *  `fromMs`: where each should begin, rising. The first begins with the first picture. Null: there are fewer pictures than segments. */
export function cutsOf(
  pictures: readonly CutPicture[],
  { fromMs, untilMs }: { fromMs: readonly number[]; untilMs: number },
): number[] | null {
  if (pictures.length < fromMs.length) return null;
  const cuts = [0];
  for (let i = 1; i < fromMs.length; i++) {
    const wantMs = fromMs[i]!;
    const half = Math.min(wantMs - fromMs[i - 1]!, (fromMs[i + 1] ?? untilMs) - wantMs) / 2;
    const range = { from: cuts[i - 1]! + 1, to: pictures.length - (fromMs.length - i) };
    const nearest = (fits: (picture: CutPicture) => boolean) => nearestIn(pictures, { ...range, wantMs, fits });
    const keyframe = nearest(({ key, atMs }) => key && Math.abs(atMs - wantMs) <= half);
    cuts.push(keyframe ?? nearest(() => true)!);
  }
  return cuts;
}

function nearestIn(
  pictures: readonly CutPicture[],
  { from, to, wantMs, fits }: { from: number; to: number; wantMs: number; fits(picture: CutPicture): boolean },
): number | null {
  let best: number | null = null;
  for (let i = from; i <= to; i++) {
    const picture = pictures[i]!;
    const isNearer = best === null || Math.abs(picture.atMs - wantMs) < Math.abs(pictures[best]!.atMs - wantMs);
    if (fits(picture) && isNearer) best = i;
  }
  return best;
}
