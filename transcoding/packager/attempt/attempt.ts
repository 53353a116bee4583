// The output of one FFmpeg process, from its first bytes to its end: holds a feed for each rendition, measures the source, and gives up in time.

import type { Clock } from "#runtime/base/clock.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { Mp4Error } from "../../fmp4/box.ts";
import type { Fragment } from "../../fmp4/fragment.ts";
import type { Track } from "../../fmp4/init.ts";
import { Rhythm, type Sample } from "../numbers/rhythm.ts";
import type { PackagerEvent, SourceInfo } from "../numbers/saved.ts";
import type { Slot } from "../numbers/slots.ts";
import { SHELF_BYTES_MAX } from "../shelf/shelf.ts";
import type { Timeline } from "../timeline.ts";
import { Cutter } from "./cutter.ts";
import { Feed, type FeedOwner } from "./feed.ts";
import { Meter } from "./meter.ts";
import { Numbering } from "./numbering.ts";
import { KEYFRAME_INTERVAL_LONG_MS, problemOf, problems } from "./problems.ts";

/** Limit from the first bytes to the first whole segment; a keyframe every 10 s just passes. Counted in steps, so that time in which
 *  this process stood still and read nothing counts as one step at most. */
const FIRST_SEGMENT_WITHIN_STEPS = 21;
const STEP_MS = 500;

/** The packager, as its attempts call it. */
export interface AttemptOwner {
  onEvent(event: PackagerEvent): void;
  /** A slot has closed in one rendition. */
  onClosed(slot: Slot, attempt: Attempt): void;
  /** Playlists may have more to show. */
  onChange(): void;
}

export interface AttemptStart {
  /** Equal for attempts with the same RTMP clock. */
  session: string;
  /** Number of the attempt within the session. */
  attempt: number;
  /** Wall time of RTMP time 0. */
  baseMs: number;
}

interface AttemptOptions extends AttemptStart {
  clock: Clock;
  timeline: Timeline;
  owner: AttemptOwner;
  /** See Part. */
  take: number;
}

interface AttemptFailure {
  /** For the log. */
  error: string;
  /** For the streamer; null: not the source's fault. */
  problem: SourceProblem | null;
}

export interface Sink {
  /** Never throws: unreadable bytes fail the attempt. */
  push(bytes: Uint8Array): void;
  /** No more bytes will come. */
  end(): void;
}

/** The sinks for FFmpeg's output. */
export interface AttemptSinks {
  sink(rendition: string): Sink;
  /** Resolves when the attempt has failed, so that its FFmpeg should be ended. */
  readonly failed: Promise<AttemptFailure>;
  /** Closes the open segments, once FFmpeg is gone. Safe to call twice. */
  close(): void;
}

export class Attempt implements AttemptSinks {
  readonly failed: Promise<AttemptFailure>;
  #fail: (failure: AttemptFailure) => void = () => {};
  readonly #feeds = new Map<string, Feed>();
  readonly #numbering: Numbering;
  #over = false;
  #started = false;
  #ready = false;
  #lastKeyMs: number | null = null;
  #meter: Meter | null = null;
  #warned = false;
  #deadline: (() => void) | null = null;

  constructor(private readonly options: AttemptOptions) {
    const { timeline, owner, take } = options;
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
    this.#numbering = new Numbering({
      ...options,
      inits: () => new Map([...this.#feeds.values()].map(({ rendition, init }) => [rendition, init!.hash])),
      keyframeIntervalMs: () => this.#meter?.keyframeIntervalMs ?? 0,
      onOpened: (number) => owner.onEvent({ type: "opened", number }),
      onClosed: (slot) => owner.onClosed(slot, this),
    });
    for (const [rendition, shelf] of timeline.shelves) {
      const onClosed = (slot: Slot, lengthMs: number) => {
        if (slot.durationMs === null || rendition === this.#leader.rendition) slot.durationMs = lengthMs;
        owner.onClosed(slot, this);
      };
      const cutter = new Cutter({ shelf, take, rhythm: timeline.rhythm, onClosed });
      this.#feeds.set(rendition, new Feed(rendition, this.#feedOwner, this.#numbering, cutter));
    }
  }

  get session() {
    return this.options.session;
  }

  get take() {
    return this.options.take;
  }

  /** The source comes first. */
  get #leader(): Feed {
    return this.#feeds.values().next().value!;
  }

  get over() {
    return this.#over;
  }

  /** Number of a rendition's next part. */
  nextPart(rendition: string): number {
    return this.#feeds.get(rendition)?.cutter.nextPart ?? 0;
  }

  /** First segment number of the attempt with media; null: none yet. */
  get firstNumber(): number | null {
    return this.#numbering.first?.number ?? null;
  }

  get ready() {
    return this.#ready;
  }

  /** The source as measured so far. */
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
    const { session, attempt, owner } = this.options;
    owner.onEvent({ type: "ready", session, attempt });
    const { info } = this;
    if (info) owner.onEvent({ type: "source", session, info });
  }

  sink(rendition: string): Sink {
    const feed = this.#feeds.get(rendition);
    if (!feed) throw new Error(`no rendition ${rendition}`);
    return { push: (bytes) => this.#push(feed, bytes), end: () => {} };
  }

  #push(feed: Feed, bytes: Uint8Array) {
    if (this.#over) return;
    if (!this.#deadline) this.#awaitSegment(FIRST_SEGMENT_WITHIN_STEPS);
    const { timeline, owner } = this.options;
    const shelf = timeline.shelves.get(feed.rendition);
    const before = shelf?.changes;
    try {
      feed.push(bytes);
    } catch (error) {
      // A bug of ours is caught too: it must not end the node's other channels.
      return this.#end(error instanceof Mp4Error ? error.message : `bug: ${stackOf(error)}`, null);
    }
    if (feed.heldBytes > SHELF_BYTES_MAX) return this.#end("too many bytes before the first whole segment", null);
    // Most chunks only add a picture to a pending part and change no playlist.
    if (!this.#over && (shelf?.changes !== before || !timeline.rhythm)) owner.onChange();
  }

  #awaitSegment(steps: number) {
    this.#deadline = this.options.clock.timer(STEP_MS, () => {
      if (this.#ready || this.#over) return;
      if (steps > 1) this.#awaitSegment(steps - 1);
      // The segment is whole and waits for a save to be listed: not the source's fault.
      else if (this.#hasSegment) this.#awaitSegment(1);
      else this.#end(problems.noKeyframe.code, problems.noKeyframe);
    });
  }

  get #hasSegment() {
    const { shelves } = this.options.timeline;
    const number = this.firstNumber;
    return number !== null && [...shelves.values()].every((shelf) => shelf.segment(number)?.closed);
  }

  #end(error: string, problem: SourceProblem | null) {
    if (this.#over) return;
    this.close();
    const { session, attempt, owner } = this.options;
    if (problem) owner.onEvent({ type: "failed", session, attempt, problem });
    this.#fail({ error, problem });
  }

  readonly #feedOwner: FeedOwner = {
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
    for (const one of feeds)
      this.options.timeline.shelves.get(one.rendition)!.inits.set(one.init!.hash, one.init!.bytes);
    for (const one of feeds) one.start();
  }

  #measure(feed: Feed, fragment: Fragment) {
    if (feed !== this.#leader || !this.#meter) return;
    const { session, owner } = this.options;
    const due = this.#meter.add(fragment);
    if (due && this.#ready) owner.onEvent({ type: "source", session, info: this.#meter.report() });
    const video = fragment.tracks.find(({ track, keyframe }) => track.kind === "video" && keyframe);
    if (!video) return;
    const ptsMs = (video.firstPts * 1000) / video.track.timescale;
    if (this.#lastKeyMs !== null) this.#meter.keyframeIntervalMs = ptsMs - this.#lastKeyMs;
    this.#lastKeyMs = ptsMs;
    if (this.#warned || this.#meter.keyframeIntervalMs <= KEYFRAME_INTERVAL_LONG_MS) return;
    this.#warned = true;
    const problem = problems.longKeyframeInterval(this.#meter.keyframeIntervalMs);
    owner.onEvent({ type: "warned", session, problem });
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

  /** Cuts the media that was held back. */
  release(rhythm: Rhythm) {
    for (const { cutter } of this.#feeds.values()) cutter.release(rhythm);
  }

  close() {
    if (this.#over) return;
    this.#over = true;
    this.#deadline?.();
    this.#numbering.close([...this.#feeds.values()]);
    this.options.owner.onChange();
  }
}

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : String(error));
