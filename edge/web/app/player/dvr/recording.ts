// The recording of a broadcast as its newest playlist has it.

import type { LevelDetails } from "hls.js";
import type { Span } from "../../videos/gaps.ts";
import { renditionAt } from "../qualities.ts";
import { endOf, holesOf, mediaRunsOf, type Run, runsOf, secondsAt, wallAt } from "./recorded-runs.ts";

/** Before the end of what is recorded, so that there is something to play. */
const BEFORE_END_SECONDS = 2;

export class Recording {
  private readonly runs: Run[];
  /** Without gaps. */
  private readonly media: Run[];

  constructor(readonly details: LevelDetails) {
    this.runs = runsOf(details.fragments);
    this.media = mediaRunsOf(details.fragments);
  }

  /** Wall times, ms since 1970; null: nothing is recorded. */
  get firstMs(): number | null {
    return this.runs[0]?.atMs ?? null;
  }

  get endMs(): number | null {
    return endOf(this.runs);
  }

  /** Its own address, which holds when nothing is on air any more. */
  get url(): string {
    return new URL("index.m3u8", this.details.url).href;
  }

  wallAt = (seconds: number) => wallAt(this.runs, seconds);

  /** As ms after its first picture. */
  get holes(): Span[] {
    return holesOf(this.media, this.firstMs ?? 0);
  }

  /** Where to play this wall time; what is not recorded yet begins shortly before the end. `renditions`: how many there are. */
  secondsOf(atMs: number, renditions: number): number {
    // What a rung lacks, hls.js takes from another rendition; what the source lacks, nobody has.
    const isKnown = renditions === 1 || renditionAt(this.details.url) === "source";
    return secondsAt(isKnown ? this.media : this.runs, atMs) ?? Math.max(0, this.details.edge - BEFORE_END_SECONDS);
  }
}
