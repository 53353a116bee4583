// Measures a source: frames per second, bitrate, keyframe interval.

import type { Fragment } from "../../fmp4/fragment.ts";
import type { Track } from "../../fmp4/init.ts";
import type { SourceInfo } from "../numbers/saved.ts";

const REPORT_EVERY_MS = 5_000;

export class Meter {
  #frames = 0;
  #bytes = 0;
  #mediaMs = 0;
  #last: { fps: number; bitrateKbps: number } | null = null;
  /** Time between the last two keyframes; 0: not known yet. */
  keyframeIntervalMs = 0;

  constructor(private readonly tracks: Track[]) {}

  /** True when a report is due: 5 s of media since the last. */
  add({ data, tracks }: Fragment): boolean {
    const video = tracks.find(({ track }) => track.kind === "video");
    this.#bytes += data.length;
    if (video) {
      this.#frames += video.samples;
      this.#mediaMs += (video.duration / video.track.timescale) * 1000;
    }
    return this.#mediaMs >= REPORT_EVERY_MS;
  }

  /** Measures since the last report; repeats the last report when no media has come since. */
  report(): SourceInfo {
    if (this.#mediaMs > 0) {
      const fps = Math.round((this.#frames * 100_000) / this.#mediaMs) / 100;
      this.#last = { fps, bitrateKbps: Math.round((this.#bytes * 8) / this.#mediaMs) };
      this.#frames = 0;
      this.#bytes = 0;
      this.#mediaMs = 0;
    }
    const video = this.tracks.find(({ kind }) => kind === "video");
    return {
      width: video?.width ?? 0,
      height: video?.height ?? 0,
      videoCodec: video?.codec ?? "",
      audioCodec: this.tracks.find(({ kind }) => kind === "audio")?.codec ?? null,
      keyframeIntervalMs: Math.round(this.keyframeIntervalMs),
      ...(this.#last ?? { fps: 0, bitrateKbps: 0 }),
    };
  }
}
