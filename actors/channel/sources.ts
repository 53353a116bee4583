// The sources that a node pulls now: what the ladder and the watch of a source need of its intake.

import type { Fragment } from "#runtime/fmp4/fragment.ts";
import type { SourceInit, SourceTag } from "#transcoding/intake/source.ts";
import type { AttemptSinks } from "#transcoding/packager/attempt/sinks.ts";

/** By public name. One for all channels of a node. */
export type Sources = Map<string, RunningSource>;

/** Follows a source from the moment it listens. */
export interface SourceListener {
  tag(tag: SourceTag): void;
  /** The packager begins a segment at this presentation time of the session. */
  segmentBegins(ptsMs: number): void;
}

/** What one attempt has pulled so far. */
export class RunningSource {
  /** Pictures, and bytes of all fragments, since the attempt began. */
  pictures = 0;
  bytes = 0;
  /** Monotonic time at which something to show came last; null: nothing yet. */
  heardMs: number | null = null;
  /** Session time of the newest tag. */
  atMs = 0;
  /** Null: nothing to show has come yet. */
  media: { init: SourceInit; sinks: AttemptSinks } | null = null;
  readonly #listeners = new Set<SourceListener>();

  arrived({ data, tracks }: Fragment) {
    this.bytes += data.length;
    if (tracks.some(({ track }) => track.kind === "video")) this.pictures++;
  }

  /** Returns how to stop listening. */
  listen(listener: SourceListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tag(tag: SourceTag) {
    this.atMs = tag.atMs;
    for (const listener of this.#listeners) listener.tag(tag);
  }

  segmentBegins(ptsMs: number) {
    for (const listener of this.#listeners) listener.segmentBegins(ptsMs);
  }
}
