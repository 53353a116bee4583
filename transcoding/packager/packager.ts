// The media of one broadcast, in memory: runs of FFmpeg go in, playlists and bytes come out.
//
//   FFmpeg ─► Sink ─► Feed (segments) ─► Cutter (parts) ─► Shelf ─► playlist
//                        └── Slots: numbers common to all renditions

import type { Clock } from "#runtime/base/clock.ts";
import type { PackagerRun, RunWorld } from "./attempt/attempt.ts";
import { Runs } from "./attempt/attempts.ts";
import { restore } from "./numbers/restore.ts";
import { targetDurationOf } from "./numbers/rhythm.ts";
import type { PackagerEvent, SavedMedia } from "./numbers/saved.ts";
import { Reports } from "./progress.ts";
import { Listing } from "./serving/listing.ts";
import { type PartAt, type PlaylistAnswer, type PlaylistQuery, Serving } from "./serving/serving.ts";
import { Shelf } from "./shelf/shelf.ts";

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
  /** Numbers of attempts, in part URIs; never the same twice within an epoch. Default: counted over the process. */
  nextAttempt?: () => number;
}

export class Packager {
  readonly epoch: number;
  readonly #shelves: Map<string, Shelf>;
  readonly #listing: Listing;
  readonly #world: RunWorld;
  readonly #runs: Runs;
  readonly #reports: Reports;
  readonly #serving: Serving;
  #changing = false;
  #stopped = false;

  constructor(options: PackagerOptions) {
    const { clock, renditions, resume, startNumber, onEvent } = options;
    this.epoch = options.epoch;
    const shelves = new Map(renditions.map((name) => [name, new Shelf(name)]));
    const { slots, tail, rhythm, variants } = restore(resume, shelves);
    this.#shelves = shelves;
    this.#world = {
      clock,
      slots,
      shelves,
      rhythm,
      startNumber,
      tail,
      onEvent: (event) => {
        if (event.type === "opened") {
          this.#reports.opened(event.number);
          this.#listing.opened(event.number);
        }
        if (!this.#stopped) onEvent(event);
      },
      onClosed: (slot) => {
        if (!this.#stopped) this.#reports.closed(slot, this.#runs.current);
      },
      onChange: () => this.#changed(),
    };
    this.#listing = new Listing({
      clock,
      shelves,
      first: slots.last ? slots.nextNumber - (resume?.window.length ?? 0) : startNumber,
      // A fresh broadcast may begin; a new owner's own first number waits for its save, or for a second.
      coveredNumber: startNumber - (resume ? 2 : 1),
      soleUntilMs: options.soleUntilMs ?? (() => Number.POSITIVE_INFINITY),
      onRise: () => this.#changed(),
    });
    this.#runs = new Runs(this.#world, options.nextAttempt);
    this.#reports = new Reports({
      world: this.#world,
      listing: this.#listing,
      variants,
      headNumber: resume?.headNumber ?? -1,
      closedNumber: slots.last?.number ?? -1,
    });
    this.#serving = new Serving({
      ...options,
      world: this.#world,
      listing: this.#listing,
      runs: this.#runs,
      reports: this.#reports,
    });
    this.#changed();
  }

  /** Highest number opened in any rendition; -1 before the first. */
  get headNumber() {
    return this.#reports.headNumber;
  }

  /** Different things that requests wait for. */
  get waiting() {
    return this.#serving.waiting;
  }

  /** Bytes of media in memory. */
  get bytes() {
    let bytes = 0;
    for (const shelf of this.#shelves.values()) bytes += shelf.bytes;
    return bytes;
  }

  /** A new FFmpeg; a run that is not closed is. `session`: equal for runs with the same RTMP clock. `baseMs`: wall time of RTMP time 0. `attempt` is for logs. */
  begin({ session, baseMs }: { session: string; attempt: number; baseMs: number }): PackagerRun {
    const run = this.#runs.begin({ session, baseMs });
    this.#changed();
    return run;
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
    if (this.#runs.ended) return;
    this.#runs.end();
    this.#changed();
  }

  /** Frees everything and answers all who wait. */
  stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#runs.end();
    this.#listing.stop();
    this.#shelves.clear();
    this.#serving.wakeAll();
  }

  /** See Serving. */
  multivariant(): string | null {
    return this.#serving.multivariant();
  }

  /** See Serving. */
  playlist(rendition: string, query: PlaylistQuery): Promise<PlaylistAnswer | null> {
    return this.#serving.playlist(rendition, query);
  }

  /** See Serving. */
  init(rendition: string, hash: string): Uint8Array | null {
    return this.#serving.init(rendition, hash);
  }

  /** See Serving. */
  segment(rendition: string, number: number): Uint8Array[] | null {
    return this.#serving.segment(rendition, number);
  }

  /** See Serving. */
  part(rendition: string, at: PartAt): Promise<Uint8Array[] | null> {
    return this.#serving.part(rendition, at);
  }

  /** Brings what is listed up to date, and wakes those who waited for it. */
  #changed() {
    if (this.#stopped || this.#changing) return;
    this.#changing = true;
    try {
      this.#findRhythm();
      const run = this.#runs.current;
      const state = `${run?.options.attempt} ${run?.over} ${this.#runs.ended}`;
      if (this.#listing.refresh({ targetDurationMs: targetDurationOf(this.#world.rhythm), state })) {
        this.#reports.changed(run);
        this.#forget();
      }
    } finally {
      this.#changing = false;
    }
    this.#serving.check();
  }

  #findRhythm() {
    const run = this.#runs.current;
    if (this.#world.rhythm || !run) return;
    this.#world.rhythm = run.findRhythm();
    if (this.#world.rhythm) run.release(this.#world.rhythm);
  }

  #forget() {
    for (const shelf of this.#shelves.values()) shelf.trim(this.#listing.first);
    this.#world.slots.forgetBefore(this.#listing.first);
  }
}
