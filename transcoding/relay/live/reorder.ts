// Whether pictures come in another order than they are shown in (B-frames): by what the encoder says, and by what it does.

/** An encoder that says nothing, or says that it might, is watched for so many pictures. With B-frames the third one is shown before the second. */
const WATCHED = 4;

export class Reorder {
  #pictures = 0;
  #newest = Number.NEGATIVE_INFINITY;
  #found: boolean | null;

  /** `declared`: the number in the sequence parameter set; null: it has none. */
  constructor(declared: number | null) {
    this.#found = declared === 0 ? false : null;
  }

  /** Null: not known yet. */
  get found() {
    return this.#found;
  }

  /** The stream begins again, perhaps at an earlier picture. */
  restart() {
    this.#newest = Number.NEGATIVE_INFINITY;
  }

  /** Of the next picture, in the order in which they are decoded. */
  take(presentationTime: number) {
    if (this.#found === true) return;
    // A clock that goes back by much is another one.
    if (presentationTime < this.#newest && this.#newest - presentationTime < BACK_TICKS_MAX) this.#found = true;
    else if (++this.#pictures >= WATCHED) this.#found = false;
    this.#newest = presentationTime;
  }
}

/** Two seconds of 90 kHz. */
const BACK_TICKS_MAX = 180_000;
