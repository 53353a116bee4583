// Begins to play as browsers allow it: with sound, else muted, else after a tap.

import type { Signal } from "@preact/signals";
import type { Sound } from "./sound.ts";

interface Player {
  video: HTMLVideoElement;
  sound: Sound;
  /** Set where the browser did not allow playback, not even muted. */
  tapNeeded: Signal<boolean>;
}

export async function beginPlaying(player: Player): Promise<void> {
  const { video, sound, tapNeeded } = player;
  try {
    await video.play();
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return; // A newer load interrupted this one.
    if (video.muted) {
      tapNeeded.value = true;
      return;
    }
    sound.forceMute();
    await beginPlaying(player);
  }
}
