// A packager's reports to its owner: the highest number, when viewers can start to watch, and the media state for the actor's row.

import type { Attempt } from "./attempt/attempt.ts";
import { targetDurationOf } from "./numbers/rhythm.ts";
import type { PackagerEvent, Variant } from "./numbers/saved.ts";
import type { Slot } from "./numbers/slots.ts";
import { save } from "./restore.ts";
import type { Listing } from "./serving/listing.ts";
import type { Segment } from "./shelf/shelf.ts";
import type { Timeline } from "./timeline.ts";

interface ProgressOptions {
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

  constructor(private readonly options: ProgressOptions) {
    this.#headNumber = options.headNumber;
    this.#closedNumber = options.closedNumber;
  }

  /** Highest number opened in any rendition; -1 before the first. */
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
    if (attempt) this.#announceReady(attempt);
  }

  /** A slot has closed in one rendition. Reports `closed` once the slot is closed in all of them. */
  closed(slot: Slot, attempt: Attempt) {
    const { timeline, onEvent } = this.options;
    if (slot.gap || slot.number <= this.#closedNumber) return;
    for (const shelf of timeline.shelves.values()) if (!shelf.segment(slot.number)?.closed) return;
    this.#closedNumber = slot.number;
    if (!attempt.ready) this.#describe(attempt);
    onEvent({ type: "closed", media: this.#media(attempt) });
  }

  #announceListed() {
    const { timeline, listing, onEvent } = this.options;
    const isOwn = ({ slot, parts }: Segment) => slot.number >= timeline.startNumber && parts.length > 0;
    if (this.#listed || !listing.everyHas(isOwn)) return;
    this.#listed = true;
    onEvent({ type: "listed" });
  }

  #announceReady(attempt: Attempt) {
    const first = attempt.firstNumber;
    if (attempt.over || attempt.ready || first === null) return;
    const playable = ({ slot, closed, parts }: Segment) => slot.number >= first && closed && parts.length > 0;
    if (!this.options.listing.everyHas(playable)) return;
    this.#describe(attempt);
    attempt.becomeReady();
  }

  /** Sets the variants from the tracks and first segments of an attempt. */
  #describe(attempt: Attempt) {
    const { timeline, variants } = this.options;
    const fps = attempt.info?.fps ?? 0;
    for (const [name, shelf] of timeline.shelves) {
      const tracks = attempt.tracks(name);
      const video = tracks.find(({ kind }) => kind === "video");
      if (!video) continue;
      const codecs = tracks.filter(({ kind }) => kind !== "other").map(({ codec }) => codec);
      const { width, height } = video;
      variants[name] = { codecs, width, height, fps, bandwidth: shelf.bandwidth };
    }
  }

  #media({ session, shiftsMs }: Attempt) {
    const { timeline, listing, variants } = this.options;
    return save({
      headNumber: this.#headNumber,
      timeline,
      variants,
      fromNumber: listing.proposeFirst(targetDurationOf(timeline.rhythm)),
      toNumber: this.#closedNumber,
      session,
      shiftsMs,
    });
  }
}
