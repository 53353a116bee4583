// The rungs of an attempt: runs of their encoders that come and go, beside the source, which never waits for them.

import { Mp4Error } from "#runtime/fmp4/box.ts";
import type { Track } from "#runtime/fmp4/init.ts";
import { PartPlan } from "../numbers/part-plan.ts";
import { ROUNDING_LEFT_MS } from "../numbers/rhythm.ts";
import type { Slot } from "../numbers/slots.ts";
import type { Shelf } from "../shelf/shelf.ts";
import type { Timeline } from "../timeline.ts";
import { Cutter, type PartNumbers } from "./cutter.ts";
import type { Numbering } from "./numbering.ts";
import { RungFeed, type RungGuide } from "./rung-feed.ts";
import type { RungSink } from "./sinks.ts";
import type { SourceFeed } from "./source-feed.ts";

/** A rung without media for this many segments that the source has begun shows gaps, so that players leave it. */
const LAG_SEGMENTS = 3;

interface RungsOptions {
  timeline: Timeline;
  numbering: Numbering;
  source: SourceFeed;
  baseMs: number;
  numbersOf(rendition: string): PartNumbers;
  /** Wanted length of parts. */
  partMs: number;
  onChange(): void;
}

export class Rungs {
  readonly #feeds = new Map<string, RungFeed>();
  #over = false;

  readonly #guide: RungGuide;

  constructor(private readonly options: RungsOptions) {
    this.#guide = this.#makeGuide();
  }

  /** As Attempt.describe. */
  describe(rendition: string): { tracks: Track[]; fps: number } | null {
    const feed = this.#feeds.get(rendition);
    return feed?.init ? { tracks: feed.init.tracks, fps: feed.fps } : null;
  }

  /** Begins a run of a rung, and ends the run before. */
  begin(rendition: string): RungSink {
    this.#feeds.get(rendition)?.end();
    const feed = new RungFeed(this.options.timeline.rung(rendition), this.#guide);
    if (this.#over) feed.end();
    else this.#feeds.set(rendition, feed);
    let fail = (_error: string) => {};
    const failed = new Promise<string>((resolve) => {
      fail = resolve;
    });
    const end = () => {
      if (feed.over) return;
      feed.end();
      this.options.onChange();
    };
    return {
      failed,
      end,
      push: (bytes) => {
        const before = feed.shelf.changes;
        try {
          feed.push(bytes);
        } catch (error) {
          // A bug of ours is caught too: neither may touch the source.
          fail(error instanceof Mp4Error ? error.message : `bug: ${error instanceof Error ? error.stack : error}`);
          return end();
        }
        if (feed.shelf.changes !== before) this.options.onChange();
      },
    };
  }

  /** The source has got further. */
  pump() {
    for (const feed of this.#feeds.values()) if (!feed.over) feed.pump();
  }

  /** The source has opened this segment: rungs that are far behind get gaps. */
  opened(slot: Slot) {
    for (const [name, shelf] of this.options.timeline.rungs) this.#settle(this.#feeds.get(name), shelf, slot.number);
  }

  #settle(feed: RungFeed | undefined, shelf: Shelf, number: number) {
    const { last } = shelf;
    if (!last) return; // It has not begun.
    const away = last.initHash === null || !feed || feed.over;
    const behind = this.options.timeline.slots.between(last.slot.number + 1, number).filter(({ gap }) => !gap);
    if (behind.length < (away ? LAG_SEGMENTS - 1 : LAG_SEGMENTS)) return;
    feed?.leave({ flush: true });
    this.#guide.fill(shelf, number);
  }

  /** Ends all runs. */
  close() {
    this.#over = true;
    for (const feed of this.#feeds.values()) feed.end();
  }

  #makeGuide(): RungGuide {
    const { options } = this;
    const { timeline, numbering, source } = options;
    return {
      cutter: (shelf, fragmentMs) => {
        const { rhythm } = timeline;
        if (!rhythm) return null;
        const listed = shelf.listsParts ? shelf.partTargetMs : null;
        const plan =
          listed === null
            ? PartPlan.beside(rhythm.parts, { fragmentMs, idealMs: options.partMs })
            : PartPlan.kept(listed, fragmentMs);
        shelf.partTargetMs = plan.targetMs;
        return new Cutter({ shelf, rhythm, plan, numbers: options.numbersOf(shelf.name), onClosed: () => {} });
      },
      get reachedMs() {
        return source.reachedMs;
      },
      get shiftMs() {
        return numbering.shiftMs;
      },
      slotAt: (ptsMs) => {
        const { slots } = timeline;
        return slots
          .between(numbering.first?.number ?? slots.nextNumber, slots.nextNumber)
          .findLast(({ gap, startMs }) => !gap && startMs <= ptsMs);
      },
      slotAfter: (number) => {
        const { slots } = timeline;
        for (let next = number + 1; next < slots.nextNumber; next++) {
          const slot = slots.get(next);
          if (slot && !slot.gap) return slot;
        }
        return undefined;
      },
      atMs: (ptsMs) => options.baseMs + ptsMs,
      fill: (shelf, number) => {
        const next = shelf.last ? shelf.last.slot.number + 1 : number;
        for (const slot of timeline.slots.between(next, number - 1))
          shelf.place(slot, { initHash: null, durationMs: slot.durationMs ?? 0 });
      },
      longestMs: () => (timeline.rhythm?.segmentMaxMs ?? Number.POSITIVE_INFINITY) + ROUNDING_LEFT_MS,
    };
  }
}
