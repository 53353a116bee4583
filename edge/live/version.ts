// One version of a playlist, rendered at most once in full, once as a delta update, and compressed at most once each.

import { deltaOf, headNumber, type Playlist, renderPlaylist } from "./playlist.ts";

/** A playlist's bytes, plain and compressed. */
export class PlaylistBody {
  #gzip: Uint8Array<ArrayBuffer> | undefined;
  readonly plain: Uint8Array<ArrayBuffer>;

  constructor(text: string) {
    this.plain = new TextEncoder().encode(text);
  }

  get gzip() {
    this.#gzip ??= Bun.gzipSync(this.plain, { level: 6 });
    return this.#gzip;
  }
}

interface VersionFacts {
  /** Of the owner that wrote it; 0: its origin does not say. */
  epoch: number;
  /** Last listed number. */
  headNumber: number;
  /** Time of arrival, monotonic. */
  heardMs: number;
}

export class Version {
  heardMs: number;
  readonly epoch: number;
  readonly headNumber: number;
  #full: PlaylistBody | undefined;
  #delta: PlaylistBody | undefined;

  constructor(
    readonly playlist: Playlist,
    facts: VersionFacts,
  ) {
    this.epoch = facts.epoch;
    this.headNumber = facts.headNumber;
    this.heardMs = facts.heardMs;
  }

  /** The full playlist, or a delta update where `skip` is set and one is possible. */
  body(skip: boolean): PlaylistBody {
    if (skip && !this.#delta) {
      const delta = deltaOf(this.playlist);
      if (delta) this.#delta = new PlaylistBody(renderPlaylist(delta));
    }
    if (skip && this.#delta) return this.#delta;
    this.#full ??= new PlaylistBody(renderPlaylist(this.playlist));
    return this.#full;
  }

  /** True if a player that has `other` would see something go back. */
  isBehind(other: Version): boolean {
    return (
      this.epoch < other.epoch ||
      this.headNumber < other.headNumber ||
      this.playlist.mediaSequence < other.playlist.mediaSequence ||
      headNumber(this.playlist) < headNumber(other.playlist) ||
      (headNumber(this.playlist) === headNumber(other.playlist) && progress(this.playlist) < progress(other.playlist))
    );
  }
}

/** Rises with each part and each closed segment within one head number. */
const progress = ({ segments, openParts, ended, mediaSequence }: Playlist) =>
  (mediaSequence + segments.length) * 10_000 + openParts.length + (ended ? 5_000 : 0);
