// Where the rungs get keyframes: at each picture that begins a segment, so that players can change rendition there.
//
// The source's keyframes alone do not do: they may be rare (x264's default is 250 pictures, 10.4 s at 24 a second) or missing (intra
// refresh), and then segments begin between them.

/** Where the packager says nothing, segments are taken to begin at keyframes this far apart: SEGMENT_MIN_MS of the packager, less its
 *  tolerance for rounded times. */
const SEGMENT_MS = 1_890;
/** Keyframes nearer to the last mark are passed over: a source of keyframes only would make rungs of keyframes only. */
const SPACING_MS = 400;
/** Without a keyframe of the source for this long a mark is set, and then every GRID_MS, so that viewers can join within a segment. */
const RARE_MS = 4_000;
const GRID_MS = 2_000;
/** After a start between keyframes FFmpeg shows nothing until its decoder has recovered, and its first picture must be marked. */
const SEEK_MS = 5_000;
const SEEK_GRID_MS = 500;
/** A picture this little before the announced begin of a segment is meant: times are rounded to ms. */
const NEAR_MS = 8;

interface Picture {
  /** Presentation time on the session's clock. */
  ptsMs: number;
  /** The picture is an IDR picture. */
  key: boolean;
}

/** Decides in decode order, at once: with B-frames a segment that begins between keyframes is marked some pictures late at most. */
export class KeyframeMarks {
  #firstMs: number | null = null;
  #lastMs = 0;
  #segmentMs = 0;
  #announcedMs: number | null = null;
  /** The last mark was set without a keyframe. */
  #keyless = false;
  #seeking = false;

  /** The packager begins a segment at `ptsMs`; best told before that picture. Told late, a mark that stands there is enough. */
  segmentBegins(ptsMs: number) {
    if (this.#firstMs !== null && Math.abs(ptsMs - this.#lastMs) <= NEAR_MS) this.#segmentMs = this.#lastMs;
    else this.#announcedMs = ptsMs;
  }

  wants({ ptsMs, key }: Picture): boolean {
    if (this.#firstMs === null) {
      this.#firstMs = ptsMs;
      this.#seeking = !key;
      return this.#mark(ptsMs, { segment: true, key });
    }
    if (this.#announcedMs !== null && ptsMs >= this.#announcedMs - NEAR_MS) {
      this.#announcedMs = null;
      return this.#mark(ptsMs, { segment: true, key });
    }
    const sinceMs = ptsMs - this.#lastMs;
    const whole = ptsMs - this.#segmentMs >= SEGMENT_MS;
    if (key && (sinceMs >= SPACING_MS || whole || this.#seeking)) return this.#mark(ptsMs, { segment: whole, key });
    if (sinceMs >= this.#gridMs(ptsMs)) return this.#mark(ptsMs, { segment: false, key });
    return false;
  }

  #gridMs(ptsMs: number): number {
    if (this.#seeking && ptsMs - this.#firstMs! < SEEK_MS) return SEEK_GRID_MS;
    return this.#keyless ? GRID_MS : RARE_MS;
  }

  #mark(ptsMs: number, { segment, key }: { segment: boolean; key: boolean }): true {
    this.#lastMs = ptsMs;
    this.#keyless = !key;
    if (key) this.#seeking = false;
    if (segment) this.#segmentMs = ptsMs;
    return true;
  }
}
