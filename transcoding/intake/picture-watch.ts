// Notices that a source is there and sends no picture.

import type { Clock } from "#runtime/base/clock.ts";

const STEP_MS = 2_500;
/** 10 s: an encoder may begin with its sound. */
const STEPS_MAX = 4;

export class PictureWatch {
  /** An encoder has begun and has sent no picture. */
  #owing = false;
  #soundCame = false;
  #pictureCame = false;
  #steps = 0;
  #cancel = () => {};

  /** `onMissing` is called again in each step while it lasts. */
  constructor(
    private readonly clock: Clock,
    private readonly onMissing: () => void,
  ) {
    this.#arm();
  }

  encoderBegan() {
    this.#owing = true;
  }

  sound() {
    this.#soundCame = true;
  }

  picture() {
    this.#owing = false;
    this.#pictureCame = true;
  }

  stop() {
    this.#cancel();
  }

  #arm() {
    this.#cancel = this.clock.timer(STEP_MS, () => {
      this.#arm();
      this.#step();
    });
  }

  #step() {
    const missing = !this.#pictureCame && (this.#owing || this.#soundCame);
    this.#steps = missing ? this.#steps + 1 : 0;
    this.#soundCame = false;
    this.#pictureCame = false;
    // The first step is not a whole one: the encoder may have begun a moment ago.
    if (this.#steps > STEPS_MAX) this.onMissing();
  }
}
