// The media of one broadcast, in memory: attempts go in, one at a time; playlists and bytes come out.
//
//   intake ─► source ─► SourceFeed (segments) ─► Cutter (parts) ─► Shelf ─► playlist
//                          └── Slots: numbers common to all renditions
//   ladder ─► rung ───► RungFeed (follows) ────► Cutter ─────────► Shelf ─► playlist

import type { Clock } from "#runtime/base/clock.ts";
import { PART_TARGET_MS } from "#runtime/config/actor.ts";
import { Thumbnails } from "../pictures/thumbnails.ts";
import { Attempts } from "./attempt/attempts.ts";
import type { AttemptSinks, AttemptStart } from "./attempt/sinks.ts";
import { targetDurationOf } from "./numbers/rhythm.ts";
import type { PackagerEvent, SavedMedia, Variant } from "./numbers/saved.ts";
import { Progress } from "./progress.ts";
import { restore } from "./restore.ts";
import { Listing } from "./serving/listing.ts";
import { Serving } from "./serving/viewer-requests.ts";
import { type MadeSegment, madeAfter } from "./shelf/made.ts";
import type { Keyframe } from "./shelf/shelf.ts";
import type { Timeline } from "./timeline.ts";

export interface PackagerOptions {
  broadcastId: string;
  epoch: number;
  /** The source first. Rungs that are not known yet are offered later, see AttemptSinks. */
  renditions: string[];
  /** Wanted length of parts; fixed for a broadcast by its first segment. Default 200. */
  partMs?: number;
  clock: Clock;
  resume: SavedMedia | null;
  /** `resume` may be newer than the row. Nothing is listed before `savedFrom` says that the row's window begins no earlier: a successor,
   *  which knows only the row, would go back. Default: false. */
  resumesUnsaved?: boolean;
  /** Lowest segment number that this owner may open. */
  startNumber: number;
  /** Latest time, by the clock's `monoMs`, until which this node is certainly still the owner, given that it was at `sinceMs`. Listing
   *  beyond the saved numbers stops there. Default: for ever. */
  soleUntilMs?(sinceMs: number): number;
  onEvent(event: PackagerEvent): void;
  /** Next number of a take, for part URIs; never the same twice within an epoch. Default: counted over the process. */
  nextTake?: () => number;
}

export class Packager {
  readonly epoch: number;
  /** Made of `keyframes` by transcoding/pictures/. */
  readonly thumbnails: Thumbnails;
  /** Answers requests of viewers. */
  readonly serving: Serving;
  readonly #timeline: Timeline;
  readonly #listing: Listing;
  readonly #progress: Progress;
  readonly #attempts: Attempts;
  #changing = false;
  #stopped = false;

  constructor(private readonly options: PackagerOptions) {
    const { broadcastId, epoch, clock, renditions, resume, startNumber, nextTake } = options;
    const { soleUntilMs = () => Number.POSITIVE_INFINITY, partMs = PART_TARGET_MS } = options;
    const { timeline, variants } = restore({ saved: resume, renditions, startNumber });
    const { slots, shelves } = timeline;
    const listing = new Listing({
      ...{ clock, shelves, soleUntilMs },
      first: slots.last ? slots.nextNumber - (resume?.window.length ?? 0) : startNumber,
      // A fresh broadcast may list its first number at once. A new owner's first number waits for a save, or for a second.
      coveredNumber: startNumber - (resume ? 2 : 1),
      awaitsSavedWindow: (options.resumesUnsaved ?? false) && slots.last !== undefined,
      onRise: () => this.#changed(),
    });
    const onEvent = (event: PackagerEvent) => this.#tell(event);
    const progress = new Progress({
      ...{ clock, timeline, listing, variants, onEvent },
      headNumber: resume?.headNumber ?? -1,
      closedNumber: slots.last?.number ?? -1,
    });
    const attempts = new Attempts({
      ...{ clock, timeline, nextTake, partMs },
      owner: {
        onEvent,
        onClosed: (slot, attempt) => {
          if (!this.#stopped) progress.closed(slot, attempt);
        },
        onChange: () => this.#changed(),
      },
    });
    this.epoch = epoch;
    this.thumbnails = new Thumbnails(clock);
    this.serving = new Serving({ broadcastId, epoch, clock, timeline, listing, attempts, progress });
    this.#timeline = timeline;
    this.#listing = listing;
    this.#progress = progress;
    this.#attempts = attempts;
    this.#changed();
  }

  /** Highest number opened; -1 before the first. */
  get headNumber() {
    return this.#progress.headNumber;
  }

  /** Bytes of media in memory. */
  get bytes() {
    let bytes = 0;
    for (const shelf of this.#timeline.shelves.values()) bytes += shelf.bytes;
    return bytes;
  }

  /** The newest keyframe of each rendition that has one, the source's first. */
  get keyframes(): Keyframe[] {
    return [...this.#timeline.shelves.values()].flatMap(({ keyframe }) => keyframe ?? []);
  }

  /** Lowest number that this owner may have opened. */
  get startNumber() {
    return this.#timeline.startNumber;
  }

  /** EXT-X-TARGETDURATION; null until the first segment of the broadcast is whole. */
  get targetDurationMs(): number | null {
    const { rhythm } = this.#timeline;
    return rhythm && targetDurationOf(rhythm);
  }

  /** For the recorder: by rendition, the closed segments above these numbers that this owner made, gaps included. */
  made(after: (rendition: string) => number): MadeSegment[] {
    return [...this.#timeline.shelves].flatMap(([rendition, shelf]) => madeAfter(shelf, rendition, after(rendition)));
  }

  /** The multivariant playlist's entry for a rendition; undefined before its first segment. */
  variant(rendition: string): Variant | undefined {
    return this.#progress.variant(rendition);
  }

  /** Begins an attempt, and closes the one before. */
  begin(start: AttemptStart): AttemptSinks {
    const attempt = this.#attempts.begin(start);
    this.#changed();
    return attempt;
  }

  /** A save that holds this head number was sent at `atMonoMs` and has succeeded. */
  covered(headNumber: number, atMonoMs: number) {
    this.#listing.covered(headNumber, atMonoMs);
    this.#changed();
  }

  /** The saved window begins with this number. */
  savedFrom(firstNumber: number) {
    this.#listing.savedFrom(firstNumber);
    this.#changed();
  }

  /** False: browsers cannot play the source, so the multivariant playlist offers its rungs alone. Default: true, or as the former owner
   *  left it. The source's own playlist goes on, since it opens the segments of all. */
  offerSource(offered: boolean) {
    if (this.#timeline.sourceOffered === offered) return;
    this.#timeline.sourceOffered = offered;
    this.#changed();
  }

  /** A successor uses the numbers above `lastNumber`, so they are not listed any more. The packager is about to be stopped. */
  endAfter(lastNumber: number) {
    this.#listing.endAfter(lastNumber);
  }

  /** Ends the broadcast with ENDLIST. Listed media stays. */
  end() {
    if (this.#attempts.ended) return;
    this.#attempts.end();
    this.#endLive();
    this.#changed();
  }

  /** Frees everything and answers all waiting requests. */
  stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#attempts.end();
    this.#listing.stop();
    this.#endLive();
    this.#timeline.shelves.clear();
    this.serving.wakeAll();
  }

  #endLive() {
    for (const { live } of this.#timeline.shelves.values()) live.end();
  }

  #tell(event: PackagerEvent) {
    if (event.type === "opened") {
      this.#progress.opened(event.number);
      this.#listing.opened(event.number);
    }
    if (!this.#stopped) this.options.onEvent(event);
  }

  /** Brings the playlists up to date, and wakes the requests that waited for a change. */
  #changed() {
    if (this.#stopped || this.#changing) return;
    this.#changing = true;
    try {
      this.#findRhythm();
      const { current, ended } = this.#attempts;
      const { sourceOffered, offered } = this.#timeline;
      const state = `${current?.take} ${current?.over} ${ended} ${sourceOffered} ${offered && [...offered]}`;
      if (this.#listing.refresh({ targetDurationMs: targetDurationOf(this.#timeline.rhythm), state })) {
        this.#progress.changed(current);
        this.#forget();
      }
    } finally {
      this.#changing = false;
    }
    this.serving.check();
  }

  #findRhythm() {
    const { current } = this.#attempts;
    const rhythm = this.#timeline.rhythm ? null : current?.findRhythm();
    if (!rhythm) return;
    this.#timeline.settle(rhythm);
    current?.release(rhythm);
  }

  #forget() {
    for (const shelf of this.#timeline.shelves.values()) shelf.trim(this.#listing.first);
    this.#timeline.slots.forgetBefore(this.#listing.first);
  }
}
