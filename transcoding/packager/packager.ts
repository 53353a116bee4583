// The media of one broadcast, in memory: attempts of FFmpeg go in, one at a time; playlists and bytes come out.
//
//   FFmpeg ─► Sink ─► Feed (segments) ─► Cutter (parts) ─► Shelf ─► playlist
//                        └── Slots: numbers common to all renditions

import type { Clock } from "#runtime/base/clock.ts";
import type { AttemptSinks, AttemptStart } from "./attempt/attempt.ts";
import { Attempts } from "./attempt/attempts.ts";
import { targetDurationOf } from "./numbers/rhythm.ts";
import type { PackagerEvent, SavedMedia } from "./numbers/saved.ts";
import { Progress } from "./progress.ts";
import { restore } from "./restore.ts";
import { Listing } from "./serving/listing.ts";
import { Serving } from "./serving/viewer-requests.ts";
import type { Timeline } from "./timeline.ts";

export interface PackagerOptions {
  broadcastId: string;
  epoch: number;
  /** The source first. */
  renditions: string[];
  clock: Clock;
  resume: SavedMedia | null;
  /** Lowest number it may open. */
  startNumber: number;
  /** Until when, by the clock's `monoMs`, nobody else can have become the owner who was not at `sinceMs`. Numbers that no save
   *  covers are listed no further than that. Default: for ever. */
  soleUntilMs?(sinceMs: number): number;
  onEvent(event: PackagerEvent): void;
  /** Numbers of takes, in part URIs; never the same twice within an epoch. Default: counted over the process. */
  nextTake?: () => number;
}

export class Packager {
  readonly epoch: number;
  /** What viewers ask of it. */
  readonly serving: Serving;
  readonly #timeline: Timeline;
  readonly #listing: Listing;
  readonly #progress: Progress;
  readonly #attempts: Attempts;
  #changing = false;
  #stopped = false;

  constructor(private readonly options: PackagerOptions) {
    const { broadcastId, epoch, clock, renditions, resume, startNumber, nextTake } = options;
    const { soleUntilMs = () => Number.POSITIVE_INFINITY } = options;
    const { timeline, variants } = restore({ saved: resume, renditions, startNumber });
    const { slots, shelves } = timeline;
    const listing = new Listing({
      ...{ clock, shelves, soleUntilMs },
      first: slots.last ? slots.nextNumber - (resume?.window.length ?? 0) : startNumber,
      // A fresh broadcast may begin; a new owner's own first number waits for its save, or for a second.
      coveredNumber: startNumber - (resume ? 2 : 1),
      onRise: () => this.#changed(),
    });
    const onEvent = (event: PackagerEvent) => this.#tell(event);
    const progress = new Progress({
      ...{ timeline, listing, variants, onEvent },
      headNumber: resume?.headNumber ?? -1,
      closedNumber: slots.last?.number ?? -1,
    });
    const attempts = new Attempts({
      ...{ clock, timeline, nextTake },
      owner: {
        onEvent,
        onClosed: (slot, attempt) => {
          if (!this.#stopped) progress.closed(slot, attempt);
        },
        onChange: () => this.#changed(),
      },
    });
    this.epoch = epoch;
    this.serving = new Serving({ broadcastId, epoch, renditions, clock, timeline, listing, attempts, progress });
    this.#timeline = timeline;
    this.#listing = listing;
    this.#progress = progress;
    this.#attempts = attempts;
    this.#changed();
  }

  /** Highest number opened in any rendition; -1 before the first. */
  get headNumber() {
    return this.#progress.headNumber;
  }

  /** Bytes of media in memory. */
  get bytes() {
    let bytes = 0;
    for (const shelf of this.#timeline.shelves.values()) bytes += shelf.bytes;
    return bytes;
  }

  /** A new FFmpeg; an attempt that is not closed is. */
  begin(start: AttemptStart): AttemptSinks {
    const attempt = this.#attempts.begin(start);
    this.#changed();
    return attempt;
  }

  /** A save of that head number was sent at `atMonoMs` and has succeeded. */
  covered(headNumber: number, atMonoMs: number) {
    this.#listing.covered(headNumber, atMonoMs);
    this.#changed();
  }

  /** A successor uses the numbers above this one: none of them is listed any more. It is to be stopped soon. */
  endAfter(lastNumber: number) {
    this.#listing.endAfter(lastNumber);
  }

  /** The broadcast is over: ENDLIST. What is listed stays. */
  end() {
    if (this.#attempts.ended) return;
    this.#attempts.end();
    this.#changed();
  }

  /** Frees everything and answers all who wait. */
  stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#attempts.end();
    this.#listing.stop();
    this.#timeline.shelves.clear();
    this.serving.wakeAll();
  }

  #tell(event: PackagerEvent) {
    if (event.type === "opened") {
      this.#progress.opened(event.number);
      this.#listing.opened(event.number);
    }
    if (!this.#stopped) this.options.onEvent(event);
  }

  /** Brings what is listed up to date, and wakes those who waited for it. */
  #changed() {
    if (this.#stopped || this.#changing) return;
    this.#changing = true;
    try {
      this.#findRhythm();
      const { current, ended } = this.#attempts;
      const state = `${current?.take} ${current?.over} ${ended}`;
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
