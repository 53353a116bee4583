// Volume and mute of one video element, remembered over visits.

import { signal } from "@preact/signals";
import { loadPreferences, savePreferences } from "./preferences.ts";

/** What unmuting means where the volume was drawn down to nothing. */
const AUDIBLE = 0.5;

export class Sound {
  /** 0–1. */
  readonly volume = signal(1);
  readonly muted = signal(false);
  /** The browser allowed the start only without sound; the viewer has not said anything about it yet. */
  readonly muteForced = signal(false);

  constructor(
    private readonly video: HTMLVideoElement,
    signal: AbortSignal,
  ) {
    const { volume, muted } = loadPreferences();
    video.volume = volume;
    video.muted = muted;
    this.volume.value = volume;
    this.muted.value = muted;
    video.addEventListener(
      "volumechange",
      () => {
        this.volume.value = video.volume;
        this.muted.value = video.muted;
        if (!video.muted) this.muteForced.value = false;
      },
      { signal },
    );
  }

  set(volume: number) {
    this.video.volume = Math.min(1, Math.max(0, volume));
    this.video.muted = this.video.volume === 0;
    this.remember();
  }

  toggleMute() {
    this.video.muted = !this.video.muted;
    if (!this.video.muted && this.video.volume === 0) this.video.volume = AUDIBLE;
    this.remember();
  }

  /** For the start only, and not remembered: it was not the viewer's wish. */
  forceMute() {
    this.video.muted = true;
    this.muteForced.value = true;
  }

  private remember() {
    savePreferences({ volume: this.video.volume, muted: this.video.muted });
  }
}
