// The qualities in which one can go live from a browser.

import { keep, kept } from "../../storage.ts";
import type { words } from "../../words/go-live.ts";

export type QualityName = keyof typeof words.qualities;

export interface SentQuality {
  width: number;
  height: number;
  fps: number;
  bitsPerSecond: number;
}

export const QUALITIES: Record<QualityName, SentQuality> = {
  low: { width: 640, height: 360, fps: 30, bitsPerSecond: 800_000 },
  usual: { width: 1280, height: 720, fps: 30, bitsPerSecond: 2_500_000 },
  high: { width: 1920, height: 1080, fps: 30, bitsPerSecond: 4_500_000 },
};

const KEY = "go-live";

/** As chosen on this device. */
export interface LiveChoice {
  quality: QualityName;
  /** Ids of the browser's; null: its own choice. */
  cameraId: string | null;
  microphoneId: string | null;
}

export function loadLiveChoice(): LiveChoice {
  const { quality, cameraId, microphoneId } = (kept(KEY) ?? {}) as Partial<LiveChoice>;
  return {
    quality: typeof quality === "string" && Object.hasOwn(QUALITIES, quality) ? quality : "usual",
    cameraId: typeof cameraId === "string" ? cameraId : null,
    microphoneId: typeof microphoneId === "string" ? microphoneId : null,
  };
}

export const saveLiveChoice = (changed: Partial<LiveChoice>) => keep(KEY, { ...loadLiveChoice(), ...changed });
