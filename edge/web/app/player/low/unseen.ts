// Whether nobody sees or hears the picture, so that no media need be sent.

/** The page is hidden, and the picture is silent. */
const HIDDEN_MS = 5_000;
/** A viewer who pauses for less goes on where the picture stands. */
const PAUSED_MS = 12_000;

export interface Seeing {
  isHidden: boolean;
  isPaused: boolean;
  /** It has sound. */
  isHeard: boolean;
  /** It is shown outside the page. */
  isOutside: boolean;
}

export class Unseen {
  private hiddenMs: number | null = null;
  private pausedMs: number | null = null;

  /** Call it often, and at each change. */
  isUnseen({ isHidden, isPaused, isHeard, isOutside }: Seeing, nowMs: number): boolean {
    const isSilent = isHidden && !isOutside && (isPaused || !isHeard);
    this.hiddenMs = isSilent ? (this.hiddenMs ?? nowMs) : null;
    this.pausedMs = isPaused ? (this.pausedMs ?? nowMs) : null;
    const lasts = (sinceMs: number | null, ms: number) => sinceMs !== null && nowMs - sinceMs >= ms;
    return lasts(this.hiddenMs, HIDDEN_MS) || lasts(this.pausedMs, PAUSED_MS);
  }
}

export const seeingOf = (video: HTMLVideoElement): Seeing => ({
  isHidden: document.visibilityState === "hidden",
  isPaused: video.paused,
  isHeard: !video.muted && video.volume > 0,
  isOutside: document.pictureInPictureElement === video,
});
