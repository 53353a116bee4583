// The loudness of a microphone in numbers and words.

import type { words } from "../../words/go-live.ts";

/** What is below is nothing. */
export const LEVEL_LEAST_DB = -60;
const [QUIET_DB, GOOD_DB, LOUD_DB] = [-45, -30, -6];

/** Root mean square of samples between -1 and 1, in dB below full scale, at least LEVEL_LEAST_DB. */
export function decibels(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const rms = Math.sqrt(sum / Math.max(1, samples.length));
  return rms > 0 ? Math.max(LEVEL_LEAST_DB, 20 * Math.log10(rms)) : LEVEL_LEAST_DB;
}

/** 0–1, for a bar. */
export const levelShare = (db: number) => Math.min(1, Math.max(0, 1 - db / LEVEL_LEAST_DB));

export type LevelWord = Extract<keyof typeof words, "silent" | "quiet" | "good" | "loud">;

export function levelWord(db: number): LevelWord {
  if (db < QUIET_DB) return "silent";
  if (db < GOOD_DB) return "quiet";
  return db < LOUD_DB ? "good" : "loud";
}
