// How many baseline encoders this relay runs at most: each takes a third of a core and more.

export class EncoderRoom {
  #used = 0;

  constructor(private readonly max: number) {}

  /** Null: there is no room. Else returns release, which may be called twice. */
  claim(): (() => void) | null {
    if (this.#used >= this.max) return null;
    this.#used++;
    let isHeld = true;
    return () => {
      if (isHeld) this.#used--;
      isHeld = false;
    };
  }
}
