// One FFmpeg's output, from its first bytes to its end: a feed for each rendition, what the source is, and when it is given up.

import type { Clock } from "#runtime/base/clock.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { Mp4Error } from "../../fmp4/box.ts";
import type { Fragment } from "../../fmp4/fragment.ts";
import type { Track } from "../../fmp4/init.ts";
import { Numbering } from "../numbers/numbering.ts";
import { Rhythm, type Sample } from "../numbers/rhythm.ts";
import type { PackagerEvent, SourceInfo } from "../numbers/saved.ts";
import type { Slot, Slots } from "../numbers/slots.ts";
import { SHELF_BYTES_MAX, type Shelf } from "../shelf/shelf.ts";
import type { Tail } from "./continuation.ts";
import { Cutter } from "./cutter.ts";
import { Feed, type FeedWorld } from "./feed.ts";
import { Meter } from "./meter.ts";
import { KEYFRAME_INTERVAL_LONG_MS, problemOf, problems } from "./problems.ts";

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

interface RunFailure {
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
  readonly #numbering: Numbering;
  #over = false;
  #started = false;
  #ready = false;
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
    this.#numbering = new Numbering({
      ...options,
      world,
      inits: () => new Map([...this.#feeds.values()].map(({ rendition, init }) => [rendition, init!.hash])),
      keyframeIntervalMs: () => this.#meter?.keyframeIntervalMs ?? 0,
    });
    for (const [rendition, shelf] of world.shelves) {
      const onClosed = (slot: Slot, lengthMs: number) => {
        if (slot.durationMs === null || rendition === this.#leader.rendition) slot.durationMs = lengthMs;
        world.onClosed(slot);
      };
      const cutter = new Cutter({ shelf, attempt: options.attempt, rhythm: world.rhythm, onClosed });
      this.#feeds.set(rendition, new Feed(rendition, this.#feedWorld, this.#numbering, cutter));
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
    return this.#numbering.first?.number ?? null;
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
  };

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
    this.#numbering.close([...this.#feeds.values()]);
    this.world.onChange();
  }
}

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : String(error));
