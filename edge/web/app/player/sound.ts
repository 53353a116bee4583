// Volume and mute of a video element, remembered between visits.

import { signal } from "@preact/signals";
import { loadPreferences, savePreferences } from "./preferences.ts";

/** Volume after unmuting at volume 0. */
const AUDIBLE = 0.5;

export class Sound {
  /** 0–1. */
  readonly volume = signal(1);
  readonly muted = signal(false);
  /** The browser allowed playback only muted, and the viewer has not changed that yet. */
  readonly muteForced = signal(false);

  constructor(
    private readonly video: HTMLVideoElement,
    { signal, isMuteForced = false }: { signal: AbortSignal; isMuteForced?: boolean },
  ) {
    const { volume, muted } = loadPreferences();
    video.volume = volume;
    video.muted = muted || isMuteForced;
    this.volume.value = volume;
    this.muted.value = video.muted;
    this.muteForced.value = isMuteForced;
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

  /** Mutes because the browser demands it. Not remembered, because the viewer did not choose it. */
  forceMute() {
    this.video.muted = true;
    this.muteForced.value = true;
  }

  private remember() {
    savePreferences({ volume: this.video.volume, muted: this.video.muted });
  }
}
