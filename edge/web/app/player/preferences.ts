// The viewer's sound, quality and latency, kept on this device.

import { keep, kept } from "../storage.ts";
import { isLatencyMode, type LatencyMode } from "./latency-mode.ts";

const KEY = "player";

interface Preferences {
  /** 0–1. */
  volume: number;
  muted: boolean;
  /** A rendition, `480p`; null: Auto. A broadcast without it plays in Auto. */
  quality: string | null;
  /** Null: none was chosen. */
  latency: LatencyMode | null;
}

export function loadPreferences(): Preferences {
  const { volume, muted, quality, latency } = (kept(KEY) ?? {}) as Partial<Preferences>;
  return {
    volume: typeof volume === "number" && volume >= 0 && volume <= 1 ? volume : 0.8,
    muted: muted === true,
    quality: typeof quality === "string" ? quality : null,
    latency: isLatencyMode(latency) ? latency : null,
  };
}

export const savePreferences = (changed: Partial<Preferences>) => keep(KEY, { ...loadPreferences(), ...changed });
