// What one pull of the encoder adds to a broadcast, from its first bytes to its end: the source, its rungs beside it, measures and warnings.

import type { Clock } from "#runtime/base/clock.ts";
import { Mp4Error } from "#runtime/fmp4/box.ts";
import type { Fragment } from "#runtime/fmp4/fragment.ts";
import type { SourceInit, Track } from "#runtime/fmp4/init.ts";
import type { SourceProblem } from "#schema/api/broadcasts.ts";
import { Splitter } from "../../fmp4/splitter.ts";
import { Rhythm } from "../numbers/rhythm.ts";
import type { PackagerEvent, SourceInfo } from "../numbers/saved.ts";
import type { Slot } from "../numbers/slots.ts";
import { SHELF_BYTES_MAX } from "../shelf/shelf.ts";
import type { Timeline } from "../timeline.ts";
import { Cutter, type PartNumbers } from "./cutter.ts";
import { finish } from "./ending.ts";
import { FirstSegmentDeadline } from "./first-segment.ts";
import { HOLE_MS, msOf } from "./fragment-times.ts";
import { Keyframes } from "./keyframes.ts";
import { Meter } from "./meter.ts";
import { Numbering } from "./numbering.ts";
import { problemOf, problems } from "./problems.ts";
import { Rungs } from "./rungs.ts";
import type { AttemptFailure, AttemptSinks, AttemptStart, OfferedRung, RungSink, Sink, SourceSink } from "./sinks.ts";
import { SourceFeed } from "./source-feed.ts";

/** The packager, as its attempts call it. */
export interface AttemptOwner {
  onEvent(event: PackagerEvent): void;
  /** A slot of the source has closed. */
  onClosed(slot: Slot, attempt: Attempt): void;
  /** Playlists may have more to show. */
  onChange(): void;
}

interface AttemptOptions extends AttemptStart {
  clock: Clock;
  timeline: Timeline;
  owner: AttemptOwner;
  /** See Part. */
  take: number;
  /** Wanted length of parts. */
  partMs: number;
}

export class Attempt implements AttemptSinks {
  readonly source: SourceSink;
  readonly failed: Promise<AttemptFailure>;
  #fail: (failure: AttemptFailure) => void = () => {};
  readonly #numbering: Numbering;
  readonly #feed: SourceFeed;
  readonly #rungs: Rungs;
  readonly #keyframes: Keyframes;
  /** By rendition: the number of the next part. */
  readonly #nextParts = new Map<string, number>();
  /** Of the callers that give bytes. */
  readonly #sinks = new Map<string, Sink>();
  #offered: OfferedRung[] = [];
  #over = false;
  #ready = false;
  #meter: Meter | null = null;
  #lastPtsMs: number | null = null;
  #deadline: FirstSegmentDeadline | null = null;

  constructor(private readonly options: AttemptOptions) {
    const { timeline, owner, session, baseMs, partMs } = options;
    this.failed = new Promise((resolve) => {
      this.#fail = resolve;
    });
    this.#keyframes = new Keyframes({
      warned: (problem) => owner.onEvent({ type: "warned", session, problem }),
      cleared: (code) => owner.onEvent({ type: "cleared", session, code }),
    });
    this.#numbering = new Numbering({
      ...options,
      keyframeIntervalMs: () => this.#keyframes.intervalMs,
      onOpened: ({ number }) => owner.onEvent({ type: "opened", number }),
    });
    const cutter = new Cutter({
      ...{ shelf: timeline.source, rhythm: timeline.rhythm, numbers: this.#numbersOf(timeline.source.name) },
      onClosed: (slot, lengthMs) => {
        slot.durationMs = lengthMs;
        owner.onClosed(slot, this);
      },
    });
    this.#feed = new SourceFeed({
      timeline,
      numbering: this.#numbering,
      cutter,
      onOpened: (slot) => {
        options.segmentBegins?.(slot.startMs);
        this.#rungs.opened(slot);
      },
    });
    this.#rungs = new Rungs({
      ...{ timeline, numbering: this.#numbering, source: this.#feed, baseMs, partMs },
      numbersOf: (rendition) => this.#numbersOf(rendition),
      onChange: () => owner.onChange(),
    });
    this.source = {
      init: (init) => this.#guarded(() => this.#setInit(init)),
      fragment: (fragment) => this.#guarded(() => this.#add(fragment)),
    };
  }

  get session() {
    return this.options.session;
  }

  get take() {
    return this.options.take;
  }

  get over() {
    return this.#over;
  }

  get offered(): readonly OfferedRung[] {
    return this.#offered;
  }

  /** Number of a rendition's next part. */
  nextPart(rendition: string): number {
    return this.#nextParts.get(rendition) ?? 0;
  }

  /** First segment number of the attempt with media; null: none yet. */
  get firstNumber(): number | null {
    return this.#numbering.first?.number ?? null;
  }

  get ready() {
    return this.#ready;
  }

  get shiftMs() {
    return this.#numbering.shiftMs;
  }

  /** The source as measured so far. */
  get info(): SourceInfo | null {
    if (!this.#meter) return null;
    this.#meter.keyframeIntervalMs = this.#keyframes.intervalMs;
    return this.#meter.report(this.options.clock.monoMs());
  }

  /** The tracks of a rendition's newest init segment, and its pictures per second (0: not known); null: no init yet. */
  describe(rendition: string): { tracks: Track[]; fps: number } | null {
    if (rendition !== this.options.timeline.source.name) return this.#rungs.describe(rendition);
    const { init } = this.#feed;
    return init && { tracks: init.tracks, fps: this.#meter?.fps ?? 0 };
  }

  becomeReady() {
    this.#ready = true;
    this.#deadline?.cancel();
    const { session, attempt, owner } = this.options;
    owner.onEvent({ type: "ready", session, attempt });
    this.#report();
  }

  offer(rungs: OfferedRung[]) {
    this.#offered = rungs;
    if (this.#over) return;
    this.options.timeline.offer(rungs.map(({ name }) => name));
    this.options.owner.onChange();
  }

  rung(rendition: string): RungSink {
    return this.#rungs.begin(rendition);
  }

  sink(rendition: string): Sink {
    const known = this.#sinks.get(rendition);
    if (known) return known;
    const isSource = rendition === this.options.timeline.source.name;
    const sink = isSource ? this.#sourceBytes() : this.rung(rendition);
    this.#sinks.set(rendition, sink);
    return sink;
  }

  #sourceBytes(): Sink {
    const splitter = new Splitter({
      init: (bytes, tracks) => this.#setInit({ bytes, tracks }),
      fragment: (fragment) => this.#add(fragment),
    });
    return { push: (bytes) => this.#guarded(() => splitter.push(bytes)), end: () => {} };
  }

  /** Does one step of the source. A bug of ours is caught too: it must not end the node's other channels. */
  #guarded(step: () => void) {
    if (this.#over) return;
    this.#deadline ??= new FirstSegmentDeadline(this.options.clock, {
      // A whole segment that waits for a save to be listed is not the source's fault.
      there: () => this.#hasSegment,
      late: () => this.#end(problems.noKeyframe.code, problems.noKeyframe),
    });
    this.#deadline.arrived();
    const { timeline, owner } = this.options;
    const before = timeline.source.changes;
    try {
      step();
      if (this.#over) return;
      this.#rungs.pump();
      if (this.#feed.cutter.heldBytes > SHELF_BYTES_MAX)
        return this.#end("too many bytes before the first whole segment", null);
      // Most steps only add a picture to a pending part and change no playlist.
      if (timeline.source.changes !== before || !timeline.rhythm) owner.onChange();
    } catch (error) {
      this.#end(error instanceof Mp4Error ? error.message : `bug: ${stackOf(error)}`, null);
    }
  }

  get #hasSegment() {
    const number = this.firstNumber;
    return number !== null && this.options.timeline.source.segment(number)?.closed === true;
  }

  #end(error: string, problem: SourceProblem | null) {
    if (this.#over) return;
    this.close();
    const { session, attempt, owner } = this.options;
    if (problem) owner.onEvent({ type: "failed", session, attempt, problem });
    this.#fail({ error, problem });
  }

  #setInit(init: SourceInit) {
    const problem = problemOf(init.tracks);
    if (problem) return this.#end(problem.code, problem);
    this.#meter ??= new Meter(init.tracks);
    if (this.#feed.setInit(init)) this.#meter.tracks = init.tracks;
  }

  #add(fragment: Fragment) {
    if (!this.#meter) return;
    const due = this.#meter.add(fragment, this.options.clock.monoMs());
    if (due && this.#ready) this.#report();
    const video = fragment.tracks.find(({ track }) => track.kind === "video");
    if (video) this.#watch({ ptsMs: msOf(video, video.firstPts), key: video.keyframe });
    this.#feed.add(fragment);
  }

  #watch(picture: { ptsMs: number; key: boolean }) {
    // Pictures do not come in order of presentation, so a small step back is none.
    if (Math.abs(picture.ptsMs - (this.#lastPtsMs ?? picture.ptsMs)) > HOLE_MS) this.#keyframes.interrupted();
    this.#lastPtsMs = picture.ptsMs;
    this.#keyframes.add(picture);
  }

  #report() {
    const { session, owner } = this.options;
    const { info } = this;
    if (info) owner.onEvent({ type: "source", session, info });
  }

  #numbersOf(rendition: string): PartNumbers {
    const numbers = this.#nextParts;
    return {
      take: this.options.take,
      next: () => {
        const n = numbers.get(rendition) ?? 0;
        numbers.set(rendition, n + 1);
        return n;
      },
    };
  }

  /** The rhythm of the broadcast, once the source has a whole segment. */
  findRhythm(): Rhythm | null {
    const { sample } = this.#feed.cutter;
    return sample && Rhythm.of(sample, this.options);
  }

  /** Cuts the media that was held back. */
  release(rhythm: Rhythm) {
    this.#feed.cutter.release(rhythm);
    this.#rungs.pump();
  }

  close() {
    if (this.#over) return;
    this.#over = true;
    this.#deadline?.cancel();
    const { timeline, session, owner } = this.options;
    if (this.#numbering.first) {
      const { firstPlaced } = this.#numbering;
      const tail = finish({ timeline, source: this.#feed, rungs: this.#rungs, numbering: this.#numbering, session });
      if (tail) {
        timeline.endAt(tail);
        for (const slot of timeline.slots.between(firstPlaced, timeline.slots.nextNumber)) owner.onClosed(slot, this);
      }
    } else this.#rungs.close();
    owner.onChange();
  }
}

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : String(error));
