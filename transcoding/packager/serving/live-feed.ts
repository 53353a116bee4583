// One rendition as it is made, fragment by fragment, for edges that push it on (schema/wire/live-stream.ts). Nothing waits here for a segment
// or a part: what viewers by playlist see a part later, these see at once.
//
// Numbers that no save covers yet are pushed too. A successor may give such a number to other media; whoever reads this feed goes by keyframes
// and heads, and uses numbers only to say where it was.

import type { Track } from "#runtime/fmp4/init.ts";

/** A group of pictures with more than this is not kept for those who join: they wait for the next keyframe. */
const GROUP_BYTES_MAX = 32 * 1024 * 1024;

export interface LiveInit {
  hash: string;
  bytes: Uint8Array;
  tracks: readonly Track[];
}

export interface LiveFragment {
  number: number;
  /** Number of the part in which the playlists list it. */
  part: number;
  key: boolean;
  data: Uint8Array;
}

export interface LiveReader {
  /** What follows has this init segment, on this clock: see LiveHead. It begins with a keyframe. */
  begin(init: LiveInit, clockMs: number): void;
  fragment(fragment: LiveFragment): void;
  /** Nothing more comes from this feed. */
  end(): void;
}

export class LiveFeed {
  readonly #readers = new Set<LiveReader>();
  #init: LiveInit | null = null;
  #clockMs = 0;
  /** Since the newest keyframe; null: not kept. */
  #group: LiveFragment[] | null = null;
  #groupBytes = 0;
  /** The next fragment is read under another head, once it has a keyframe. */
  #isNew = false;
  #ended = false;

  /** The reader hears the newest keyframe and all after it at once. Returns a function that ends the reading. */
  read(reader: LiveReader): () => void {
    if (this.#ended) {
      reader.end();
      return () => {};
    }
    if (this.#init && this.#group && !this.#isNew) {
      reader.begin(this.#init, this.#clockMs);
      for (const fragment of this.#group) reader.fragment(fragment);
    }
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  /** A segment begins. `clockMs`: wall time of media time 0. */
  open(init: LiveInit, clockMs: number) {
    const rounded = Math.round(clockMs);
    if (init.hash === this.#init?.hash && rounded === this.#clockMs) return;
    this.#init = init;
    this.#clockMs = rounded;
    this.#isNew = true;
  }

  add(fragment: LiveFragment) {
    if (!this.#init || this.#ended) return;
    if (fragment.key) {
      this.#group = [];
      this.#groupBytes = 0;
      if (this.#isNew) for (const reader of this.#readers) reader.begin(this.#init, this.#clockMs);
      this.#isNew = false;
    }
    if (this.#isNew) return;
    this.#groupBytes += fragment.data.length;
    if (this.#groupBytes > GROUP_BYTES_MAX) this.#group = null;
    this.#group?.push(fragment);
    for (const reader of this.#readers) reader.fragment(fragment);
  }

  end() {
    this.#ended = true;
    this.#group = null;
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }
}
