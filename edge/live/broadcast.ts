// What this edge remembers of one broadcast: the newest playlists it gave out, so that it never takes anything back.

import type { MediaCache } from "./cache.ts";
import { Collapse, type Waiting } from "./collapse.ts";
import { headNumber, type ListedSegment, markGaps, type Playlist, parsePlaylist } from "./playlist.ts";
import type { OriginAnswer } from "./upstream.ts";
import { PlaylistBody, Version } from "./version.ts";

/** Different playlists, and different pieces of media, of one broadcast that may be asked of its origin at once. */
const PLAYLIST_TASKS_MAX = 256;
const MEDIA_TASKS_MAX = 512;
const RENDITIONS_MAX = 16;
/** A segment's parts may add up to this much more or less than its EXTINF: both are rounded. */
const ROUNDING_S = 0.05;

type Found = Extract<OriginAnswer, { kind: "found" }>;

export interface Index {
  body: PlaylistBody;
  /** Which `<rendition>.m3u8` it names. */
  renditions: ReadonlySet<string>;
  epoch: number;
  heardMs: number;
}

export interface RenditionMemory {
  name: string;
  latest: Version;
  /** Closed segments up to this number were seen to: kept or given up. */
  keptThrough: number;
  isKeeping: boolean;
}

export class Broadcast {
  index: Index | undefined;
  readonly renditions = new Map<string, RenditionMemory>();
  readonly playlistTasks: Collapse<Version>;
  readonly indexTasks: Collapse<Index>;
  readonly mediaTasks: Collapse<Uint8Array<ArrayBuffer>>;
  /** The highest epoch whose words were given out. */
  #epoch = 0;
  usedMs: number;

  constructor(
    readonly id: string,
    readonly channelId: string,
    private readonly cache: MediaCache,
    waiting: Waiting,
    nowMs: number,
  ) {
    this.usedMs = nowMs;
    this.playlistTasks = new Collapse(waiting, PLAYLIST_TASKS_MAX);
    this.indexTasks = new Collapse(waiting, 1);
    this.mediaTasks = new Collapse(waiting, MEDIA_TASKS_MAX);
  }

  /** Name of a piece of media in the cache. */
  cacheKey(path: string) {
    return `${this.id}/${path}`;
  }

  /** Nobody follows it any more: its media is of no use either. */
  forget() {
    this.cache.drop(this.cacheKey(""));
  }

  /** Takes an origin's multivariant playlist; false when it is a replaced owner's. */
  acceptIndex(found: Found, nowMs: number): boolean {
    const epoch = found.epoch ?? 0;
    if (epoch < this.#epoch) return false;
    this.#epoch = epoch;
    const text = new TextDecoder().decode(found.bytes);
    const renditions = new Set(
      Array.from(text.matchAll(/(?:^|")([a-z0-9]{1,16})\.m3u8(?:"|$)/gm), ([, name]) => name!),
    );
    this.index = { body: new PlaylistBody(text), renditions, epoch, heardMs: nowMs };
    return true;
  }

  /** Takes an origin's media playlist.
   *  `askedMs`: when it was asked for. What came meanwhile and is further wins: then that is the answer.
   *  Null: it would take back what was given out, or is no playlist. */
  accept(rendition: string, found: Found, askedMs: number, nowMs: number): Version | null {
    const playlist = parsePlaylist(new TextDecoder().decode(found.bytes));
    if (!playlist) return null;
    const memory = this.renditions.get(rendition);
    if (!memory && this.renditions.size >= RENDITIONS_MAX) return null;
    if (memory) this.#assembleBefore(memory.latest, playlist);
    const { firstHeld } = found;
    const isLost = (segment: ListedSegment) =>
      firstHeld !== null && segment.number < firstHeld && !this.cache.has(this.cacheKey(segment.uri));
    const version = new Version(markGaps(playlist, isLost), {
      epoch: found.epoch ?? 0,
      headNumber: found.headNumber ?? headNumber(playlist),
      heardMs: nowMs,
    });
    if (memory && version.isBehind(memory.latest)) return memory.latest.heardMs >= askedMs ? memory.latest : null;
    if (version.epoch < this.#epoch) return null;
    this.#epoch = version.epoch;
    if (memory) memory.latest = version;
    else this.renditions.set(rendition, { name: rendition, latest: version, keptThrough: -1, isKeeping: false });
    return version;
  }

  /** The segment made of its parts, when all of them passed through here. */
  assemble(segment: ListedSegment): Uint8Array<ArrayBuffer> | null {
    if (segment.gap || segment.parts.length === 0) return null;
    const durationS = segment.parts.reduce((sum, part) => sum + part.durationS, 0);
    if (Math.abs(durationS - segment.durationS) > ROUNDING_S) return null;
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for (const part of segment.parts) {
      const bytes = this.cache.get(this.cacheKey(part.uri));
      if (!bytes) return null;
      pieces.push(bytes);
    }
    const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.byteLength;
    }
    this.cache.put(this.cacheKey(segment.uri), "segment", whole);
    return whole;
  }

  /** Makes what can be made while the parts are still named: the next playlist, a new owner's perhaps, may not name them. */
  #assembleBefore({ playlist: { segments, openParts, mediaSequence } }: Version, next: Playlist) {
    const openNumber = mediaSequence + segments.length;
    const closed = next.segments.find(({ number }) => number === openNumber);
    // The segment that was open when we last heard, if its owner closed it without another part.
    const sinceClosed = closed && closed.parts.length === 0 ? [{ ...closed, parts: openParts }] : [];
    for (const segment of [...segments, ...sinceClosed])
      if (segment.parts.length > 0 && !this.cache.has(this.cacheKey(segment.uri))) this.assemble(segment);
  }
}
