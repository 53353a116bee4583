// One FFmpeg's output: its renditions joined to what the broadcast already has, and segment numbers common to all of them.

import type { Clock } from "#runtime/clock.ts";
import type { SourceProblem } from "#schema/wire/channel.ts";
import { Mp4Error } from "../fmp4/box.ts";
import type { Fragment } from "../fmp4/fragment.ts";
import type { Track } from "../fmp4/init.ts";
import { boundaryAt } from "./boundary.ts";
import { Cutter } from "./cutter.ts";
import { ALIGNED_MS, Feed, type FeedWorld, type Moment } from "./feed.ts";
import { join, type Tail } from "./join.ts";
import { leave } from "./leave.ts";
import { Meter } from "./meter.ts";
import { KEYFRAME_INTERVAL_LONG_MS, problemOf, problems } from "./problems.ts";
import { Rhythm, type Sample } from "./rhythm.ts";
import type { PackagerEvent, SourceInfo } from "./saved.ts";
import { SHELF_BYTES_MAX, type Shelf } from "./shelf.ts";
import { gapSlots, gapsIn, type Slot, type Slots } from "./slots.ts";

/** From the first bytes to the first whole segment; a keyframe every 10 s just passes. Counted in steps: the time in which this
 *  process stood still, and read nothing, is one step at most. */
const FIRST_SEGMENT_WITHIN_STEPS = 21;
const STEP_MS = 500;

/** What a run changes in its packager. */
export interface RunWorld {
  clock: Clock;
  slots: Slots;
  shelves: Map<string, Shelf>;
  rhythm: Rhythm | null;
  startNumber: number;
  /** Of the newest media that is listed. */
  tail: Tail | null;
  onEvent(event: PackagerEvent): void;
  /** A slot closed in a rendition. */
  onClosed(slot: Slot): void;
  /** Something may be shown that was not before. */
  onChange(): void;
}

export interface RunFailure {
  /** For the log. */
  error: string;
  /** For the streamer; null: it is not the source's fault. */
  problem: SourceProblem | null;
}

export interface Sink {
  /** Never throws: what cannot be read fails the run. */
  push(bytes: Uint8Array): void;
  /** No more will come. */
  end(): void;
}

export interface PackagerRun {
  sink(rendition: string): Sink;
  /** Resolves when the run cannot go on; its FFmpeg is of no use any more. */
  readonly failed: Promise<RunFailure>;
  /** FFmpeg is gone: what was being served is closed. Safe to call twice. */
  close(): void;
}

export class Run implements PackagerRun {
  readonly failed: Promise<RunFailure>;
  #fail: (failure: RunFailure) => void = () => {};
  readonly #feeds = new Map<string, Feed>();
  #over = false;
  #started = false;
  #ready = false;
  #firstSlot: Slot | null = null;
  #butt = false;
  #commonShiftMs: number | null = null;
  #lastKeyMs: number | null = null;
  #meter: Meter | null = null;
  #warned = false;
  #deadline: (() => void) | null = null;

  constructor(
    private readonly world: RunWorld,
    readonly options: { session: string; attempt: number; baseMs: number },
  ) {
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
    for (const [rendition, shelf] of world.shelves) {
      const onClosed = (slot: Slot, lengthMs: number) => {
        if (slot.durationMs === null || rendition === this.#leader.rendition) slot.durationMs = lengthMs;
        world.onClosed(slot);
      };
      const cutter = new Cutter({ shelf, attempt: options.attempt, rhythm: world.rhythm, onClosed });
      this.#feeds.set(rendition, new Feed(rendition, this.#feedWorld, cutter));
    }
  }

  /** The source comes first. */
  get #leader(): Feed {
    return this.#feeds.values().next().value!;
  }

  get over() {
    return this.#over;
  }

  /** Number of the part that comes next in a rendition. */
  nextPart(rendition: string): number {
    return this.#feeds.get(rendition)?.cutter.nextPart ?? 0;
  }

  /** First number of the run that has media; null: none yet. */
  get firstNumber(): number | null {
    return this.#firstSlot?.number ?? null;
  }

  get ready() {
    return this.#ready;
  }

  /** Of the source, as measured so far. */
  get info(): SourceInfo | null {
    return this.#meter?.report() ?? null;
  }

  get shiftsMs(): Record<string, number> {
    return Object.fromEntries([...this.#feeds.values()].map(({ rendition, shiftMs }) => [rendition, shiftMs]));
  }

  tracks(rendition: string): Track[] {
    return this.#feeds.get(rendition)?.init?.tracks ?? [];
  }

  becomeReady() {
    this.#ready = true;
    this.#deadline?.();
    this.world.onEvent({ type: "ready" });
    const { info } = this;
    if (info) this.world.onEvent({ type: "source", info });
  }

  sink(rendition: string): Sink {
    const feed = this.#feeds.get(rendition);
    if (!feed) throw new Error(`no rendition ${rendition}`);
    return { push: (bytes) => this.#push(feed, bytes), end: () => {} };
  }

  #push(feed: Feed, bytes: Uint8Array) {
    if (this.#over) return;
    if (!this.#deadline) this.#awaitSegment(FIRST_SEGMENT_WITHIN_STEPS);
    const shelf = this.world.shelves.get(feed.rendition);
    const before = shelf?.changes;
    try {
      feed.push(bytes);
    } catch (error) {
      // Also a bug of ours: it must not take the node's other channels along.
      return this.#end(error instanceof Mp4Error ? error.message : `bug: ${stackOf(error)}`, null);
    }
    if (feed.heldBytes > SHELF_BYTES_MAX) return this.#end("too much came before the first segment was whole", null);
    // Most chunks are a picture on its way into a part: nothing to show yet.
    if (!this.#over && (shelf?.changes !== before || !this.world.rhythm)) this.world.onChange();
  }

  #awaitSegment(steps: number) {
    this.#deadline = this.world.clock.timer(STEP_MS, () => {
      if (this.#ready || this.#over) return;
      if (steps > 1) this.#awaitSegment(steps - 1);
      // It is whole, and waits for a save to be listed: that is not the source's fault.
      else if (this.#hasSegment) this.#awaitSegment(1);
      else this.#end(problems.noKeyframe.code, problems.noKeyframe);
    });
  }

  get #hasSegment() {
    const { shelves } = this.world;
    const number = this.firstNumber;
    return number !== null && [...shelves.values()].every((shelf) => shelf.segment(number)?.closed);
  }

  #end(error: string, problem: SourceProblem | null) {
    if (this.#over) return;
    this.close();
    if (problem) this.world.onEvent({ type: "problem", problem });
    this.#fail({ error, problem });
  }

  readonly #feedWorld: FeedWorld = {
    hasInit: (feed) => this.#hasInit(feed),
    arrived: (feed, fragment) => this.#measure(feed, fragment),
    firstSlot: (ptsMs) => this.#slotOfFirst(ptsMs),
    slotAfter: (number) => {
      const { slots } = this.world;
      for (let next = number + 1; next < slots.nextNumber; next++) {
        const slot = slots.get(next);
        if (slot && !slot.gap) return slot;
      }
      return undefined;
    },
    decide: (at) => this.#decide(at),
    missed: (after, slot) => {
      const from = after ? after.number + 1 : this.#firstPlaced;
      const { slots } = this.world;
      return slots.between(from, slot.number - 1).map((one) => ({
        slot: one,
        durationMs: one.gap ? one.durationMs! : (slots.get(one.number + 1)?.startMs ?? one.startMs) - one.startMs,
      }));
    },
    shiftMs: (feed, startDtsMs) => this.#shiftOf(feed, startDtsMs),
    segmentMaxMs: () => this.world.rhythm?.segmentMaxMs ?? Number.POSITIVE_INFINITY,
  };

  /** The first number that this run added, gaps included. */
  #firstPlaced = 0;

  #hasInit(feed: Feed) {
    const init = feed.init!;
    if (feed === this.#leader) {
      const problem = problemOf(init.tracks);
      if (problem) return this.#end(problem.code, problem);
      this.#meter = new Meter(init.tracks);
    }
    const feeds = [...this.#feeds.values()];
    if (this.#started || feeds.some((one) => one.init === null)) return;
    this.#started = true;
    for (const one of feeds) this.world.shelves.get(one.rendition)!.inits.set(one.init!.hash, one.init!.bytes);
    for (const one of feeds) one.start();
  }

  #measure(feed: Feed, fragment: Fragment) {
    if (feed !== this.#leader || !this.#meter) return;
    const due = this.#meter.add(fragment);
    if (due && this.#ready) this.world.onEvent({ type: "source", info: this.#meter.report() });
    const video = fragment.tracks.find(({ track, keyframe }) => track.kind === "video" && keyframe);
    if (!video) return;
    const ptsMs = (video.firstPts * 1000) / video.track.timescale;
    if (this.#lastKeyMs !== null) this.#meter.keyframeIntervalMs = ptsMs - this.#lastKeyMs;
    this.#lastKeyMs = ptsMs;
    if (this.#warned || this.#meter.keyframeIntervalMs <= KEYFRAME_INTERVAL_LONG_MS) return;
    this.#warned = true;
    const problem = problems.longKeyframeInterval(this.#meter.keyframeIntervalMs);
    this.world.onEvent({ type: "problem", problem });
  }

  #slotOfFirst(ptsMs: number): Slot | null {
    if (!this.#firstSlot) return this.#join(ptsMs);
    if (ptsMs < this.#firstSlot.startMs - ALIGNED_MS) return null;
    const { slots } = this.world;
    let found = this.#firstSlot;
    for (const slot of slots.between(found.number, slots.nextNumber))
      if (!slot.gap && slot.startMs - ALIGNED_MS <= ptsMs) found = slot;
    return found;
  }

  /** The first keyframe of the run decides how it goes on from what is listed. */
  #join(ptsMs: number): Slot | null {
    const { world } = this;
    const inits = new Map([...this.#feeds.values()].map(({ rendition, init }) => [rendition, init!.hash]));
    const joined = join({ world, session: this.options.session, inits, ptsMs, atMs: this.options.baseMs + ptsMs });
    if (!joined) return null;
    this.#butt = joined.butt;
    this.#firstPlaced = joined.gaps[0]?.number ?? joined.slot.number;
    for (const gap of joined.gaps) world.slots.push(gap);
    this.#open(joined.slot);
    this.#firstSlot = joined.slot;
    return joined.slot;
  }

  #open(slot: Slot) {
    this.world.slots.push(slot);
    this.world.onEvent({ type: "opened", number: slot.number });
  }

  #shiftOf(feed: Feed, startDtsMs: number): number {
    const { tail } = this.world;
    if (!tail || tail.session !== this.options.session) return 0;
    if (!this.#butt) return tail.shiftsMs.get(feed.rendition) ?? 0;
    const endMs = tail.endsMs.get(feed.rendition);
    const shiftMs = endMs === undefined ? (this.#commonShiftMs ?? 0) : endMs - startDtsMs;
    this.#commonShiftMs ??= shiftMs;
    return shiftMs;
  }

  #decide(at: Moment): Slot | null {
    const { rhythm, slots } = this.world;
    const { ptsMs, key, current } = at;
    const boundary = boundaryAt(at, { rhythm, keyframeIntervalMs: this.#meter?.keyframeIntervalMs ?? 0 });
    if (!boundary) return null;
    const { holeMs, regular } = boundary;
    if (regular) rhythm?.learn(ptsMs - current.startMs);
    const atMs = this.options.baseMs + ptsMs;
    const { count, spannedMs } = rhythm ? gapsIn(holeMs, rhythm.targetDurationMs) : { count: 0, spannedMs: 0 };
    const span = { fromNumber: slots.nextNumber, fromMs: atMs - spannedMs, holeMs: spannedMs, startMs: ptsMs };
    for (const gap of gapSlots(span, count)) slots.push(gap);
    const slot: Slot = {
      number: slots.nextNumber,
      startMs: ptsMs,
      atMs,
      durationMs: null,
      gap: false,
      discontinuity: false,
      keyed: key,
    };
    this.#open(slot);
    return slot;
  }

  /** The rhythm of the broadcast, once every rendition has a whole segment. */
  findRhythm(): Rhythm | null {
    const samples: Sample[] = [];
    for (const { cutter } of this.#feeds.values()) {
      if (!cutter.sample) return null;
      samples.push(cutter.sample);
    }
    return Rhythm.of(samples);
  }

  /** What was held back is cut. */
  release(rhythm: Rhythm) {
    for (const { cutter } of this.#feeds.values()) cutter.release(rhythm);
  }

  close() {
    if (this.#over) return;
    this.#over = true;
    this.#deadline?.();
    if (this.#firstSlot) this.#closeSegments();
    this.world.onChange();
  }

  #closeSegments() {
    const { slots, shelves, rhythm } = this.world;
    if (!rhythm) {
      // Nothing was ever shown: the numbers are free again.
      while (slots.nextNumber > this.#firstPlaced) slots.pop();
      return;
    }
    const feeds = [...this.#feeds.values()];
    const tail = leave({ slots, shelves, feeds, firstPlaced: this.#firstPlaced, session: this.options.session });
    if (!tail) return;
    this.world.tail = tail;
    for (const slot of slots.between(this.#firstPlaced, slots.nextNumber)) this.world.onClosed(slot);
  }
}

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : String(error));
