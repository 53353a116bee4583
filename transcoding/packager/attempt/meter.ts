// Measures a source: frames per second and bitrate, by its own clock and by ours.

import type { Fragment } from "#runtime/fmp4/fragment.ts";
import type { Track } from "#runtime/fmp4/init.ts";
import type { SourceInfo } from "../numbers/saved.ts";

const REPORT_EVERY_MS = 5_000;

export class Meter {
  #frames = 0;
  #bytes = 0;
  #mediaMs = 0;
  #sinceMs: number | null = null;
  #last: Pick<SourceInfo, "fps" | "bitrateKbps" | "arriving"> = { fps: 0, bitrateKbps: 0 };
  /** Time between the last two keyframes; 0: not known yet. */
  keyframeIntervalMs = 0;

  /** `tracks`: those of the newest init segment. */
  constructor(public tracks: Track[]) {}

  /** True when a report is due: 5 s since the last, of media or on our clock. */
  add({ data, tracks }: Fragment, nowMs: number): boolean {
    const video = tracks.find(({ track }) => track.kind === "video");
    this.#sinceMs ??= nowMs;
    this.#bytes += data.length;
    if (video) {
      this.#frames += video.samples;
      this.#mediaMs += (video.duration / video.track.timescale) * 1000;
    }
    return this.#mediaMs >= REPORT_EVERY_MS || (this.#mediaMs > 0 && nowMs - this.#sinceMs >= REPORT_EVERY_MS);
  }

  /** Pictures per second by the source's own clock; 0: not known. */
  get fps(): number {
    return this.#last.fps || (this.#mediaMs > 0 ? this.#rate(this.#mediaMs) : 0);
  }

  /** Measures since the last report; repeats the last report when no media has come since. */
  report(nowMs: number): SourceInfo {
    const mediaMs = this.#mediaMs;
    if (mediaMs > 0) {
      const passedMs = nowMs - (this.#sinceMs ?? nowMs);
      this.#last = { fps: this.#rate(mediaMs), bitrateKbps: this.#kbps(mediaMs) };
      // Below a second, the bursts of the network would be measured.
      if (passedMs >= 1_000)
        this.#last.arriving = {
          fps: this.#rate(passedMs),
          bitrateKbps: this.#kbps(passedMs),
          speed: Math.round((mediaMs * 100) / passedMs) / 100,
        };
      this.#frames = 0;
      this.#bytes = 0;
      this.#mediaMs = 0;
      this.#sinceMs = nowMs;
    }
    const video = this.tracks.find(({ kind }) => kind === "video");
    return {
      width: video?.width ?? 0,
      height: video?.height ?? 0,
      videoCodec: video?.codec ?? "",
      audioCodec: this.tracks.find(({ kind }) => kind === "audio")?.codec ?? null,
      keyframeIntervalMs: Math.round(this.keyframeIntervalMs),
      ...this.#last,
    };
  }

  #rate = (ms: number) => Math.round((this.#frames * 100_000) / ms) / 100;
  #kbps = (ms: number) => Math.round((this.#bytes * 8) / ms);
}
