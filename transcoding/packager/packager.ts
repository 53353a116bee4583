// The media of one broadcast, in memory: runs of FFmpeg go in, playlists and bytes come out.
//
//   FFmpeg ─► Sink ─► Feed (segments) ─► Cutter (parts) ─► Shelf ─► playlist
//                        └── Slots: numbers common to all renditions

import type { Clock } from "#runtime/clock.ts";
import { type Frame, Listing } from "./listing.ts";
import { multivariantPlaylist } from "./playlist.ts";
import { restore, save } from "./restore.ts";
import { type PackagerRun, Run, type RunWorld } from "./run.ts";
import type { PackagerEvent, SavedMedia, Variant } from "./saved.ts";
import { type Segment, Shelf } from "./shelf.ts";
import type { Slot } from "./slots.ts";
import { Waiters } from "./waiters.ts";

/** A request waits for at most this many target durations, then gets what there is. */
const WAIT_TARGET_DURATIONS = 3;
const TARGET_DURATION_GUESS_MS = 2_000;
/** RFC 8216bis §6.2.5.2: further ahead than this is refused. */
const AHEAD_MAX = 2;
/** Of a part within its segment; higher ones mean "the end of it" all the same. */
const PART_INDEX_MAX = 100;

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

export interface PlaylistQuery {
  /** `_HLS_msn`, `_HLS_part`, `_HLS_skip=YES`. */
  msn?: number;
  part?: number;
  skip?: boolean;
}

export type PlaylistAnswer =
  | { type: "playlist"; text: string; headNumber: number; firstHeldNumber: number }
  /** 400: what is asked for lies too far ahead. */
  | { type: "refused"; detail: string };

let attempts = 0;

export class Packager {
  readonly #options: PackagerOptions;
  readonly #shelves: Map<string, Shelf>;
  readonly #listing: Listing;
  readonly #world: RunWorld;
  readonly #waiters: Waiters;
  #run: Run | null = null;
  #nextAttempt: number;
  #variants: Record<string, Variant>;
  #headNumber: number;
  #closedNumber: number;
  #changing = false;
  #listed = false;
  #ended = false;
  #stopped = false;

  constructor(options: PackagerOptions) {
    const { clock, renditions, resume, startNumber, onEvent } = options;
    this.#options = options;
    this.#waiters = new Waiters(clock);
    this.#nextAttempt = this.#takeAttempt();
    const shelves = new Map(renditions.map((name) => [name, new Shelf(name)]));
    const { slots, tail, rhythm, variants } = restore(resume, shelves);
    this.#variants = variants;
    this.#world = {
      clock,
      slots,
      shelves,
      rhythm,
      startNumber,
      tail,
      onEvent: (event) => {
        if (event.type === "opened") {
          this.#headNumber = Math.max(this.#headNumber, event.number);
          this.#listing.opened(event.number);
        }
        if (!this.#stopped) onEvent(event);
      },
      onClosed: (slot) => this.#onClosed(slot),
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
    this.#shelves = shelves;
    this.#headNumber = resume?.headNumber ?? -1;
    this.#closedNumber = slots.last?.number ?? -1;
    this.#changed();
  }

  get epoch() {
    return this.#options.epoch;
  }

  /** Highest number opened in any rendition; -1 before the first. */
  get headNumber() {
    return this.#headNumber;
  }

  get ended() {
    return this.#ended;
  }

  /** Different things that requests wait for. */
  get waiting() {
    return this.#waiters.size;
  }

  /** Bytes of media in memory. */
  get bytes() {
    let bytes = 0;
    for (const shelf of this.#shelves.values()) bytes += shelf.bytes;
    return bytes;
  }

  /** A new FFmpeg; a run that is not closed is. `session`: equal for runs with the same RTMP clock. `baseMs`: wall time of RTMP time 0. `attempt` is for logs. */
  begin({ session, baseMs }: { session: string; attempt: number; baseMs: number }): PackagerRun {
    this.#run?.close();
    const run = new Run(this.#world, { session, baseMs, attempt: this.#nextAttempt });
    this.#nextAttempt = this.#takeAttempt();
    if (this.#ended || this.#stopped) run.close();
    else this.#run = run;
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
    if (this.#ended || this.#stopped) return;
    this.#run?.close();
    this.#run = null;
    this.#ended = true;
    this.#changed();
  }

  /** Frees everything and answers all who wait. */
  stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#run?.close();
    this.#run = null;
    this.#listing.stop();
    this.#shelves.clear();
    this.#waiters.wakeAll();
  }

  /** Null until the first full segment, or while nothing is known of the renditions. */
  multivariant(): string | null {
    const known = this.#options.renditions.flatMap((name): [string, Variant][] => {
      const variant = this.#variants[name];
      return variant && this.#listing.of(name).length > 0 ? [[name, variant]] : [];
    });
    return known.length > 0 ? multivariantPlaylist(known) : null;
  }

  /** Waits as RFC 8216bis §6.2.5.2 says, then answers with what there is. Null: no such rendition, or nothing to list yet. */
  async playlist(rendition: string, query: PlaylistQuery): Promise<PlaylistAnswer | null> {
    const { msn, part, skip = false } = query;
    if (msn !== undefined && !this.#ended) {
      if (msn > this.#mayAskUpTo(rendition)) return { type: "refused", detail: `segment ${msn} is too far ahead` };
      const index = part === undefined ? undefined : Math.min(part, PART_INDEX_MAX);
      await this.#waiters.wait(`${rendition} ${msn} ${index ?? ""}`, {
        maxMs: this.#waitMaxMs,
        arrived: () => this.#ended || this.#stopped || this.#listing.lists(rendition, { msn, part: index }),
      });
    }
    const last = this.#listing.of(rendition).at(-1);
    if (!last) return null;
    const firstHeld = this.#shelves.get(rendition)?.firstHeld ?? null;
    return {
      type: "playlist",
      text: this.#listing.text(rendition, { skip }, this.#frame),
      headNumber: last.slot.number,
      firstHeldNumber: firstHeld ?? Math.max(this.#world.startNumber, last.slot.number + 1),
    };
  }

  init(rendition: string, hash: string): Uint8Array | null {
    return this.#shelves.get(rendition)?.inits.get(hash) ?? null;
  }

  /** A whole segment, in pieces; null when it is not listed or its bytes are not here. */
  segment(rendition: string, number: number): Uint8Array[] | null {
    const segment = this.#shelves.get(rendition)?.segment(number);
    if (!segment?.closed || !segment.held || segment.parts.length === 0 || number > this.#listing.limit) return null;
    return segment.parts.flatMap(({ chunks }) => chunks);
  }

  /** A part, in pieces; one that is hinted is waited for. Null: it is not here and will not come. */
  async part(rendition: string, at: { epoch: number; attempt: number; n: number }): Promise<Uint8Array[] | null> {
    const { attempt, n } = at;
    if (at.epoch !== this.#options.epoch) return null;
    const found = () => this.#shelves.get(rendition)?.part(attempt, n);
    if (!found() && this.#isNext(rendition, attempt, n))
      await this.#waiters.wait(`${rendition} part ${attempt} ${n}`, {
        maxMs: this.#waitMaxMs,
        arrived: () => found() !== undefined || !this.#isNext(rendition, attempt, n),
      });
    return found()?.chunks ?? null;
  }

  get #targetDurationMs() {
    return this.#world.rhythm?.targetDurationMs ?? TARGET_DURATION_GUESS_MS;
  }

  get #waitMaxMs() {
    return WAIT_TARGET_DURATIONS * this.#targetDurationMs;
  }

  get #frame(): Frame {
    return {
      broadcastId: this.#options.broadcastId,
      epoch: this.#options.epoch,
      targetDurationMs: this.#targetDurationMs,
      partTargetMs: this.#world.rhythm?.partTargetMs ?? 0,
      slots: this.#world.slots,
      ended: this.#ended,
      hint: (listed) => this.#hint(listed),
    };
  }

  #takeAttempt() {
    return this.#options.nextAttempt?.() ?? ++attempts;
  }

  /** A new owner's first number may lie further ahead than what it lists, and so may what players know of the former. */
  #mayAskUpTo(rendition: string) {
    const last = this.#listing.of(rendition).at(-1)?.slot.number ?? -1;
    return Math.max(last, this.#world.startNumber, this.#headNumber) + AHEAD_MAX;
  }

  #isNext(rendition: string, attempt: number, n: number): boolean {
    if (this.#ended || this.#stopped || !this.#shelves.has(rendition)) return false;
    const run = this.#run;
    if (run && !run.over) return attempt === run.options.attempt && n === run.nextPart(rendition);
    return attempt === this.#nextAttempt && n === 0;
  }

  /** The part after the last that is listed. */
  #hint(listed: Segment[]): { attempt: number; n: number } {
    const run = this.#run;
    if (!run || run.over) return { attempt: this.#nextAttempt, n: 0 };
    const { attempt } = run.options;
    const last = listed.findLast(({ parts }) => parts.length > 0)?.parts.at(-1);
    return { attempt, n: last?.attempt === attempt ? last.n + 1 : 0 };
  }

  /** Brings what is listed up to date, and wakes those who waited for it. */
  #changed() {
    if (this.#stopped || this.#changing) return;
    this.#changing = true;
    try {
      this.#findRhythm();
      const state = `${this.#run?.options.attempt} ${this.#run?.over} ${this.#ended}`;
      if (this.#listing.refresh({ targetDurationMs: this.#targetDurationMs, state })) {
        this.#announceListed();
        this.#announceReady();
        this.#forget();
      }
    } finally {
      this.#changing = false;
    }
    this.#waiters.check();
  }

  #findRhythm() {
    if (this.#world.rhythm || !this.#run) return;
    this.#world.rhythm = this.#run.findRhythm();
    if (this.#world.rhythm) this.#run.release(this.#world.rhythm);
  }

  #announceListed() {
    const { startNumber, onEvent } = this.#world;
    const isOwn = ({ slot, parts }: Segment) => slot.number >= startNumber && parts.length > 0;
    if (this.#listed || !this.#listing.everyHas(isOwn)) return;
    this.#listed = true;
    onEvent({ type: "listed" });
  }

  #announceReady() {
    const run = this.#run;
    const first = run?.firstNumber ?? null;
    if (!run || run.over || run.ready || first === null) return;
    const playable = ({ slot, closed, parts }: Segment) => slot.number >= first && closed && parts.length > 0;
    if (!this.#listing.everyHas(playable)) return;
    this.#describe(run);
    run.becomeReady();
  }

  /** What the multivariant playlist says, from the first segments of a run. */
  #describe(run: Run) {
    const fps = run.info?.fps ?? 0;
    for (const [name, shelf] of this.#shelves) {
      const tracks = run.tracks(name);
      const video = tracks.find(({ kind }) => kind === "video");
      if (!video) continue;
      const codecs = tracks.filter(({ kind }) => kind !== "other").map(({ codec }) => codec);
      const { width, height } = video;
      this.#variants[name] = { codecs, width, height, fps, bandwidth: shelf.bandwidth };
    }
  }

  #onClosed(slot: Slot) {
    if (this.#stopped || slot.gap || slot.number <= this.#closedNumber) return;
    for (const shelf of this.#shelves.values()) if (!shelf.segment(slot.number)?.closed) return;
    this.#closedNumber = slot.number;
    if (this.#run && !this.#run.ready) this.#describe(this.#run);
    this.#world.onEvent({ type: "closed", media: this.#saved() });
  }

  #saved(): SavedMedia {
    return save({
      headNumber: this.#headNumber,
      world: this.#world,
      variants: this.#variants,
      fromNumber: this.#listing.proposeFirst(this.#targetDurationMs),
      toNumber: this.#closedNumber,
      session: this.#run?.options.session,
      shiftsMs: this.#run?.shiftsMs,
    });
  }

  #forget() {
    for (const shelf of this.#shelves.values()) shelf.trim(this.#listing.first);
    this.#world.slots.forgetBefore(this.#listing.first);
  }
}
