// Which latency mode plays: what the page's address asks for, else what was chosen on this device, else low; each where it works, else the next
// one of real time, low and normal.

import type { LatencyMode } from "./latency-mode.ts";
import { loadPreferences, savePreferences } from "./preferences.ts";

/** Why the mode that was wanted does not play. */
export type FallBackReason =
  /** This server does not have it. */
  | "not-built"
  /** The browser lacks what it needs. */
  | "browser"
  /** Its media do not come, or not in time. */
  | "network"
  | "slow"
  /** The server has no room for another viewer of it. */
  | "busy"
  /** The browser could not decode what came. */
  | "media";

export interface FallBack {
  wanted: LatencyMode;
  plays: LatencyMode;
  reason: FallBackReason;
}

/** The modes that may not work. */
export type CloseMode = Exclude<LatencyMode, "normal">;

interface ChoiceOptions {
  /** By the page's address; null: nothing. */
  asked: LatencyMode | null;
  /** On this device; null: nothing. */
  kept: LatencyMode | null;
  /** Whether the browser has what it needs. */
  can: Record<CloseMode, boolean>;
  /** False: the server has no real time. */
  offersRealtime?(): boolean;
}

export class LatencyChoice {
  private asked: LatencyMode | null;
  private failures: Partial<Record<CloseMode, FallBackReason>> = {};

  constructor(private readonly options: ChoiceOptions) {
    this.asked = options.asked;
  }

  mode(): LatencyMode {
    const wanted = this.wanted() ?? "low";
    return wanted === "realtime" && this.works("realtime") ? "realtime" : this.bridge();
  }

  /** What plays where real time does not, or until it does. */
  bridge(): "low" | "normal" {
    return this.wanted() !== "normal" && this.works("low") ? "low" : "normal";
  }

  /** What a viewer is told; null: what was wanted plays. */
  fallBack(): FallBack | null {
    const wanted = this.wanted();
    const plays = this.mode();
    const { failures } = this;
    // Nobody asked for low where the browser cannot play it.
    if (wanted === null) return failures.low ? { wanted: "low", plays, reason: failures.low } : null;
    if (wanted === plays || wanted === "normal") return null;
    return { wanted, plays, reason: failures[wanted] ?? (this.options.can[wanted] ? "not-built" : "browser") };
  }

  /** It does not work here. It is not tried again before the viewer chooses it. */
  failed(mode: CloseMode, reason: FallBackReason) {
    this.failures[mode] = reason;
  }

  /** By the viewer. It holds in place of what the address asks for, and of what failed before. */
  choose(mode: LatencyMode) {
    this.asked = mode;
    this.failures = {};
    savePreferences({ latency: mode });
  }

  private wanted = () => this.asked ?? this.options.kept;

  private works(mode: CloseMode): boolean {
    const { can, offersRealtime } = this.options;
    return can[mode] && !this.failures[mode] && (mode === "low" || offersRealtime?.() !== false);
  }
}

/** `asked`: by the page's address. */
export const latencyChoiceHere = (asked: LatencyMode | null, offersRealtime?: () => boolean) =>
  new LatencyChoice({
    asked,
    kept: loadPreferences().latency,
    can: { low: canPlayLow(), realtime: canPlayRealtime() },
    ...(offersRealtime && { offersRealtime }),
  });

/** Media source extensions, or their kind on iPhones, and WebSockets. */
export const canPlayLow = (): boolean =>
  "WebSocket" in globalThis && ("MediaSource" in globalThis || "ManagedMediaSource" in globalThis);

export const canPlayRealtime = (): boolean => "RTCPeerConnection" in globalThis;
