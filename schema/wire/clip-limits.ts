// How long clips may be.

export const CLIP_MS_MIN = 5_000;
export const CLIP_MS_MAX = 60_000;
export const CLIP_MS_DEFAULT = 30_000;
