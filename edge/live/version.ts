// One version of a playlist, rendered at most once in full, once as a delta update, and compressed at most once each.

import { SEGMENTS_AHEAD_MAX } from "#schema/wire/media.ts";
import { type PartNumbers, parsePart, type SegmentAddress } from "./live-url.ts";
import { deltaOf, headNumber, mediaIn, type Playlist, renderPlaylist } from "./playlist.ts";

/** Parts behind the hinted one that a player may know from a newer playlist of another edge: two seconds of them, as a rule. */
const PARTS_NEAR_MAX = 10;

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
  #media: ReadonlySet<string> | undefined;
  #hinted: PartNumbers | null | undefined;

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

  /** True for media that it lists, and for those that can come next. */
  expects(address: SegmentAddress): boolean {
    this.#media ??= new Set(mediaIn(this.playlist));
    if (this.#media.has(address.path)) return true;
    if (address.kind === "segment")
      return address.number >= this.playlist.mediaSequence && address.number <= this.headNumber + SEGMENTS_AHEAD_MAX;
    if (address.kind !== "part") return false;
    const { hint } = this.playlist;
    if (this.#hinted === undefined) this.#hinted = hint === null ? null : parsePart(hint);
    if (!this.#hinted || address.epoch !== this.#hinted.epoch || address.take !== this.#hinted.take) return false;
    const ahead = address.n - this.#hinted.n;
    return ahead >= 0 && ahead <= PARTS_NEAR_MAX;
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
