// Which latency mode plays: what the page's address asks for, else what was chosen on this device, else the closest to live that works.

import type { LatencyMode } from "./latency-mode.ts";
import { loadPreferences, savePreferences } from "./preferences.ts";

/** Why the mode that was wanted does not play. */
export type FallBackReason =
  /** This release does not have it. */
  | "not-built"
  /** The browser lacks what it needs. */
  | "browser"
  /** Its media do not come, or not in time. */
  | "network"
  | "slow"
  /** The browser could not decode what came. */
  | "media";

export interface FallBack {
  wanted: LatencyMode;
  plays: LatencyMode;
  reason: FallBackReason;
}

/** The modes that this release plays. */
export type PlayedMode = Exclude<LatencyMode, "realtime">;

interface ChoiceOptions {
  /** By the page's address; null: nothing. */
  asked: LatencyMode | null;
  /** On this device; null: nothing. */
  kept: PlayedMode | null;
  /** The browser has what low needs. */
  canLow: boolean;
}

export class LatencyChoice {
  private asked: LatencyMode | null;
  private failure: FallBackReason | null = null;

  constructor(private readonly options: ChoiceOptions) {
    this.asked = options.asked;
  }

  mode(): PlayedMode {
    const wanted = this.asked ?? this.options.kept ?? "low";
    return wanted === "normal" || !this.options.canLow || this.failure !== null ? "normal" : "low";
  }

  /** What a viewer is told; null: what was wanted plays. */
  fallBack(): FallBack | null {
    const wanted = this.asked ?? this.options.kept;
    const plays = this.mode();
    // Nobody asked for low where the browser cannot play it.
    if (wanted === null) return this.failure ? { wanted: "low", plays, reason: this.failure } : null;
    if (wanted === plays) return null;
    return { wanted, plays, reason: wanted === "realtime" ? "not-built" : (this.failure ?? "browser") };
  }

  /** Low does not work here. It is not tried again before the viewer chooses it. */
  failed(reason: FallBackReason) {
    this.failure = reason;
  }

  /** By the viewer. It holds in place of what the address asks for, and of what failed before. */
  choose(mode: PlayedMode) {
    this.asked = mode;
    this.failure = null;
    savePreferences({ latency: mode });
  }
}

/** `asked`: by the page's address. */
export const latencyChoiceHere = (asked: LatencyMode | null) =>
  new LatencyChoice({ asked, kept: loadPreferences().latency, canLow: canPlayLow() });

/** Media source extensions, or their kind on iPhones, and WebSockets. */
export const canPlayLow = (): boolean =>
  "WebSocket" in globalThis && ("MediaSource" in globalThis || "ManagedMediaSource" in globalThis);
