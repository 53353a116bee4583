// After a lost connection the media begin with the newest keyframe again: what came before the loss is left out, if what follows fits to it.
//
//   following ──begin──► rejoining: held ──the last picture of before──► following: the next one is new
//                                        └─a later one, without it──────► all that was held, from its keyframe

interface Placed {
  /** On the stream's clock. */
  ticks: number;
  key: boolean;
}

/** A group of pictures at 60 a second for 20 s. */
const HELD_MAX = 1_200;

export class Rejoin<Picture extends Placed> {
  #newestTicks: number | null = null;
  #held: Picture[] | null = null;

  /** A stream begins. `isSame`: it is the one of before. */
  begin(isSame: boolean) {
    this.#held = isSame && this.#newestTicks !== null ? [] : null;
    if (!isSame) this.#newestTicks = null;
  }

  /** What is to be shown now. `anew`: what follows begins with a keyframe, and does not follow what was shown. */
  take(picture: Picture): (Picture | "anew")[] {
    const held = this.#held;
    if (!held) return [this.#shown(picture)];
    held.push(picture);
    if (picture.ticks < this.#newestTicks!) return held.length > HELD_MAX ? this.#anew(held) : [];
    if (picture.ticks > this.#newestTicks!) return this.#anew(held);
    this.#held = null;
    return [];
  }

  #anew(held: Picture[]): (Picture | "anew")[] {
    this.#held = null;
    return ["anew", ...held.map((picture) => this.#shown(picture))];
  }

  #shown(picture: Picture): Picture {
    this.#newestTicks = picture.ticks;
    return picture;
  }
}
