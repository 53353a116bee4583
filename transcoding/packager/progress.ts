// A packager's reports to its owner: the highest number, when viewers can start to watch, and the media state for the actor's row.

import type { Clock } from "#runtime/base/clock.ts";
import type { Attempt } from "./attempt/attempt.ts";
import { segmentsMade } from "./metrics.ts";
import { targetDurationOf } from "./numbers/rhythm.ts";
import type { PackagerEvent, Variant } from "./numbers/saved.ts";
import type { Slot } from "./numbers/slots.ts";
import { save } from "./restore.ts";
import type { Listing } from "./serving/listing.ts";
import { bandwidthOf } from "./shelf/bandwidth.ts";
import type { Segment } from "./shelf/shelf.ts";
import type { Timeline } from "./timeline.ts";

/** A viewer who comes first waits at most this long for rungs beside the source. */
export const RUNGS_WITHIN_MS = 500;

interface ProgressOptions {
  clock: Clock;
  timeline: Timeline;
  listing: Listing;
  onEvent(event: PackagerEvent): void;
  /** As left by a former owner: the variants of the renditions, and the highest numbers that were opened and closed; -1: none. */
  variants: Record<string, Variant>;
  headNumber: number;
  closedNumber: number;
}

export class Progress {
  #headNumber: number;
  #closedNumber: number;
  #listed = false;
  /** When the first attempt became ready, by `monoMs`; null: not yet. */
  #readySinceMs: number | null = null;
  /** When a rung with pictures was first listed beside a source that is not offered, by `monoMs`; null: not yet. */
  #pictureSinceMs: number | null = null;

  constructor(private readonly options: ProgressOptions) {
    this.#headNumber = options.headNumber;
    this.#closedNumber = options.closedNumber;
  }

  /** Highest number opened; -1 before the first. */
  get headNumber() {
    return this.#headNumber;
  }

  /** The multivariant playlist's entry for a rendition; undefined before its first segment. */
  variant(rendition: string): Variant | undefined {
    return this.options.variants[rendition];
  }

  opened(number: number) {
    this.#headNumber = Math.max(this.#headNumber, number);
  }

  /** The playlists have changed. */
  changed(attempt: Attempt | null) {
    this.#announceListed();
    if (!attempt) return;
    this.#announceReady(attempt);
    if (this.awaitsRungs(attempt)) this.#describe(attempt);
    this.#notePicture();
  }

  /** Rungs that were offered have nothing to show yet, and viewers have had something to watch for so short a time that they may wait. */
  awaitsRungs(attempt: Attempt): boolean {
    const { clock, timeline } = this.options;
    if (this.#readySinceMs === null || attempt.offered.every(({ name }) => this.#shows(name))) return false;
    const sinceMs = timeline.sourceOffered ? this.#readySinceMs : this.#pictureSinceMs;
    return sinceMs === null || clock.monoMs() - sinceMs < RUNGS_WITHIN_MS;
  }

  #shows(rendition: string) {
    return this.variant(rendition) !== undefined && this.options.listing.of(rendition).length > 0;
  }

  #notePicture() {
    const { clock, timeline } = this.options;
    if (timeline.sourceOffered || this.#pictureSinceMs !== null) return;
    if (timeline.rungs.some(([name]) => this.#shows(name) && this.variant(name)!.width > 0))
      this.#pictureSinceMs = clock.monoMs();
  }

  /** A slot has closed in the source. */
  closed(slot: Slot, attempt: Attempt) {
    const { timeline, onEvent } = this.options;
    if (slot.gap || slot.number <= this.#closedNumber || !timeline.source.segment(slot.number)?.closed) return;
    this.#closedNumber = slot.number;
    segmentsMade.inc();
    this.#describe(attempt);
    onEvent({ type: "closed", media: this.#media(attempt) });
  }

  #announceListed() {
    const { timeline, listing, onEvent } = this.options;
    const isOwn = ({ slot, parts }: Segment) => slot.number >= timeline.startNumber && parts.length > 0;
    if (this.#listed || !listing.of(timeline.source.name).some(isOwn)) return;
    this.#listed = true;
    onEvent({ type: "listed" });
  }

  #announceReady(attempt: Attempt) {
    const first = attempt.firstNumber;
    const { listing, timeline, clock } = this.options;
    if (attempt.over || attempt.ready || first === null) return;
    const playable = ({ slot, closed, parts }: Segment) => slot.number >= first && closed && parts.length > 0;
    if (!listing.of(timeline.source.name).some(playable)) return;
    this.#describe(attempt);
    this.#readySinceMs ??= clock.monoMs();
    attempt.becomeReady();
  }

  /** Sets the variants from the init segments and the newest media of an attempt. */
  #describe(attempt: Attempt) {
    const { timeline } = this.options;
    for (const [name, shelf] of timeline.shelves) {
      const described = attempt.describe(name);
      if (!described) continue;
      const { tracks, fps } = described;
      const video = tracks.find(({ kind }) => kind === "video");
      const measured = bandwidthOf(shelf.whole, targetDurationOf(timeline.rhythm));
      const bandwidth = measured?.peak ?? attempt.offered.find((rung) => rung.name === name)?.bandwidth;
      if (bandwidth === undefined) continue;
      this.options.variants[name] = {
        codecs: [...new Set(tracks.filter(({ kind }) => kind !== "other").map(({ codec }) => codec))],
        width: video?.width ?? 0,
        height: video?.height ?? 0,
        fps: video ? fps : 0,
        bandwidth,
        ...(measured ? { averageBandwidth: measured.average } : {}),
      };
    }
  }

  #media({ session, shiftMs }: Attempt) {
    const { timeline, listing, variants } = this.options;
    return save({
      headNumber: this.#headNumber,
      timeline,
      variants,
      fromNumber: listing.proposeFirst(targetDurationOf(timeline.rhythm)),
      toNumber: this.#closedNumber,
      session,
      shiftMs,
    });
  }
}
