// Answers requests for a broadcast's playlists and bytes. Requests for the next part or segment wait until it is there.

import type { Clock } from "#runtime/base/clock.ts";
import { SEGMENTS_AHEAD_MAX } from "#schema/wire/media.ts";
import type { Attempts } from "../attempt/attempts.ts";
import { targetDurationOf } from "../numbers/rhythm.ts";
import type { Variant } from "../numbers/saved.ts";
import { type Progress, RUNGS_WITHIN_MS } from "../progress.ts";
import type { Timeline } from "../timeline.ts";
import type { Frame, Listing } from "./listing.ts";
import type { LiveFeed } from "./live-feed.ts";
import { multivariantPlaylist } from "./playlist.ts";
import { Waiters } from "./waiters.ts";

/** A request waits for at most this many target durations, then gets the current state. */
const WAIT_TARGET_DURATIONS = 3;
/** Cap for a part's index within its segment: a higher index means the end of the segment anyway. */
const PART_INDEX_MAX = 200;

export interface PlaylistQuery {
  /** `_HLS_msn`, `_HLS_part`, `_HLS_skip=YES`. */
  msn?: number;
  part?: number;
  skip?: boolean;
}

type PlaylistAnswer =
  | { type: "playlist"; text: string; headNumber: number; firstHeldNumber: number }
  /** 400: the requested segment is too far ahead. */
  | { type: "refused"; detail: string }
  /** 410: this rung is not made any more. It may come back. */
  | { type: "withdrawn" };

/** The address of a part: its owner's epoch, its take, and its number. */
interface PartAt {
  epoch: number;
  take: number;
  n: number;
}

interface ServingOptions {
  broadcastId: string;
  epoch: number;
  clock: Clock;
  timeline: Timeline;
  listing: Listing;
  attempts: Attempts;
  progress: Progress;
}

export class Serving {
  readonly #waiters: Waiters;

  constructor(private readonly options: ServingOptions) {
    this.#waiters = new Waiters(options.clock);
  }

  /** Number of distinct parts and playlist states that requests wait for. */
  get waiting() {
    return this.#waiters.size;
  }

  /** Wakes the requests whose part or playlist state is there. */
  check() {
    this.#waiters.check();
  }

  /** Answers all waiting requests with the current state. */
  wakeAll() {
    this.#waiters.wakeAll();
  }

  /** The multivariant playlist as it is now: the source, and the rungs with media in their window. Null until the source has some; of a
   *  source that is not offered, until a rung with pictures has. */
  multivariant(): string | null {
    const { timeline, listing, progress } = this.options;
    const known = [...timeline.shelves.values()].flatMap((shelf): [string, Variant][] => {
      const variant = progress.variant(shelf.name);
      const listed =
        variant &&
        listing.of(shelf.name).length > 0 &&
        shelf.hasMedia(listing.first) &&
        !timeline.isWithdrawn(shelf.name);
      return listed ? [[shelf.name, variant]] : [];
    });
    const source = timeline.source.name;
    if (timeline.sourceOffered) return known[0]?.[0] === source ? multivariantPlaylist(known) : null;
    const rungs = known.filter(([name]) => name !== source);
    return rungs.some(([, { width }]) => width > 0) ? multivariantPlaylist(rungs) : null;
  }

  /** As `multivariant`, but at the beginning of a broadcast waits shortly for the rungs that were offered, and longer for those that stand
   *  for a source that is not. */
  async multivariantWithRungs(): Promise<string | null> {
    const { timeline, listing, attempts, progress } = this.options;
    if (!timeline.sourceOffered && listing.of(timeline.source.name).length > 0)
      await this.#waiters.wait("picture", {
        maxMs: this.#waitMaxMs,
        arrived: () => attempts.ended || this.multivariant() !== null,
      });
    const complete = () => !attempts.current || !progress.awaitsRungs(attempts.current);
    if (this.multivariant() !== null) await this.#waiters.wait("rungs", { maxMs: RUNGS_WITHIN_MS, arrived: complete });
    return this.multivariant();
  }

  /** Waits as RFC 8216bis §6.2.5.2 says, then answers with the current playlist. Null: no such rendition, or nothing to list yet. */
  async playlist(rendition: string, query: PlaylistQuery): Promise<PlaylistAnswer | null> {
    const { timeline, listing, attempts } = this.options;
    const { msn, part, skip = false } = query;
    if (msn !== undefined && !attempts.ended) {
      if (msn > this.#mayAskUpTo(rendition)) return { type: "refused", detail: `segment ${msn} is too far ahead` };
      const index = part === undefined ? undefined : Math.min(part, PART_INDEX_MAX);
      await this.#waiters.wait(`${rendition} ${msn} ${index ?? ""}`, {
        maxMs: this.#waitMaxMs,
        arrived: () =>
          attempts.ended || timeline.isWithdrawn(rendition) || listing.lists(rendition, { msn, part: index }),
      });
    }
    if (timeline.isWithdrawn(rendition)) return { type: "withdrawn" };
    const last = listing.of(rendition).at(-1);
    if (!last) return null;
    const firstHeld = timeline.shelves.get(rendition)?.firstHeld ?? null;
    return {
      type: "playlist",
      text: listing.text(rendition, { skip }, this.#frame),
      headNumber: last.slot.number,
      firstHeldNumber: firstHeld ?? Math.max(timeline.startNumber, last.slot.number + 1),
    };
  }

  /** A rendition as it is made; null: none of that name. */
  live(rendition: string): LiveFeed | null {
    return this.options.timeline.shelves.get(rendition)?.live ?? null;
  }

  init(rendition: string, hash: string): Uint8Array | null {
    return this.options.timeline.shelves.get(rendition)?.inits.get(hash) ?? null;
  }

  /** The chunks of a whole segment; null when it is not listed or its bytes are not in memory. */
  segment(rendition: string, number: number): Uint8Array[] | null {
    const segment = this.options.timeline.shelves.get(rendition)?.segment(number);
    if (!segment?.closed || !segment.held || segment.parts.length === 0 || number > this.options.listing.limit)
      return null;
    return segment.parts.flatMap(({ chunks }) => chunks);
  }

  /** The chunks of a part; waits for a hinted part. Null: the part is not in memory and will not come. */
  async part(rendition: string, at: PartAt): Promise<Uint8Array[] | null> {
    const { epoch, timeline, attempts } = this.options;
    if (at.epoch !== epoch) return null;
    const found = () => timeline.shelves.get(rendition)?.part(at.take, at.n);
    if (!found() && attempts.isNext(rendition, at))
      await this.#waiters.wait(`${rendition} part ${at.take} ${at.n}`, {
        maxMs: this.#waitMaxMs,
        arrived: () => found() !== undefined || !attempts.isNext(rendition, at),
      });
    return found()?.chunks ?? null;
  }

  get #waitMaxMs() {
    return WAIT_TARGET_DURATIONS * targetDurationOf(this.options.timeline.rhythm);
  }

  get #frame(): Frame {
    const { broadcastId, epoch, timeline, attempts } = this.options;
    return {
      broadcastId,
      epoch,
      targetDurationMs: targetDurationOf(timeline.rhythm),
      partTargetOf: (rendition) =>
        timeline.shelves.get(rendition)?.partTargetMs ?? timeline.rhythm?.parts.targetMs ?? 0,
      slots: timeline.slots,
      ended: attempts.ended,
      isNamed: (rendition) =>
        rendition === timeline.source.name ? timeline.sourceOffered : !timeline.isWithdrawn(rendition),
      hint: (rendition, listed) => attempts.hint(rendition, listed),
    };
  }

  /** A new owner's first number, and the numbers that players know from the former owner, may be ahead of what is listed. */
  #mayAskUpTo(rendition: string) {
    const { timeline, listing, progress } = this.options;
    const last = listing.of(rendition).at(-1)?.slot.number ?? -1;
    return Math.max(last, timeline.startNumber, progress.headNumber) + SEGMENTS_AHEAD_MAX;
  }
}
