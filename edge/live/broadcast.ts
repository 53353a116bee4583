// One broadcast as this edge remembers it: the newest playlists that it served, so that it never serves an older one.

import { AWAITED_MAX } from "./awaited.ts";
import type { MediaCache } from "./cache.ts";
import { Collapse, type WaitingRequests } from "./collapse.ts";
import type { SegmentAddress } from "./live-url.ts";
import type { OriginAnswer } from "./origin-request.ts";
import { headNumber, type ListedSegment, markGaps, type Playlist, parsePlaylist } from "./playlist.ts";
import { PlaylistBody, Version } from "./version.ts";

const RENDITIONS_MAX = 16;
/** Concurrent requests to the origin of one broadcast, for playlists: all that can be waited for, and the newest one. Never reached. */
const PLAYLIST_TASKS_MAX = RENDITIONS_MAX * (AWAITED_MAX + 1);
/** The same for media that a playlist lists, or that can come next. Parts of 100 ms in segments of 10 s are 400 for each rendition, and few
 *  renditions are watched at once. */
const MEDIA_TASKS_MAX = 2_048;
/** The same for all other media. A living origin answers within milliseconds; while there is none, made-up addresses wait here, and keep
 *  nothing else waiting. */
const STRAY_TASKS_MAX = 128;
/** The sum of a segment's parts may differ from its EXTINF by this much: both are rounded. */
const ROUNDING_S = 0.05;

type Found = Extract<OriginAnswer, { kind: "found" }>;

export interface Index {
  body: PlaylistBody;
  /** Listed as `<rendition>.m3u8`. */
  renditions: ReadonlySet<string>;
  epoch: number;
  heardMs: number;
}

export interface RenditionMemory {
  name: string;
  latest: Version;
  /** Closed segments up to this number were kept or given up. */
  keptThrough: number;
  isKeeping: boolean;
}

export class Broadcast {
  index: Index | undefined;
  readonly renditions = new Map<string, RenditionMemory>();
  readonly playlistTasks: Collapse<Version>;
  readonly indexTasks: Collapse<Index>;
  readonly #mediaTasks: Collapse<Uint8Array<ArrayBuffer>>;
  readonly #strayTasks: Collapse<Uint8Array<ArrayBuffer>>;
  /** The highest epoch of a served playlist. */
  #epoch = 0;
  usedMs: number;
  /** Not on air yet: only for those who may watch previews. */
  isPreview = false;

  constructor(
    readonly id: string,
    readonly channelId: string,
    private readonly cache: MediaCache,
    waiting: WaitingRequests,
    nowMs: number,
  ) {
    this.usedMs = nowMs;
    this.playlistTasks = new Collapse(waiting, PLAYLIST_TASKS_MAX);
    this.indexTasks = new Collapse(waiting, 1);
    this.#mediaTasks = new Collapse(waiting, MEDIA_TASKS_MAX);
    this.#strayTasks = new Collapse(waiting, STRAY_TASKS_MAX);
  }

  /** Where requests for this address wait. */
  tasksFor(address: SegmentAddress | "thumbnail"): Collapse<Uint8Array<ArrayBuffer>> {
    if (address === "thumbnail") return this.#mediaTasks;
    const latest = this.renditions.get(address.rendition)?.latest;
    return latest?.expects(address) ? this.#mediaTasks : this.#strayTasks;
  }

  /** Key of an init segment, a segment or a part in the cache. */
  cacheKey(path: string) {
    return `${this.id}/${path}`;
  }

  /** Drops the broadcast's media from the cache. */
  forget() {
    this.cache.drop(this.cacheKey(""));
  }

  /** Takes an origin's multivariant playlist; false for one of a replaced owner. */
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

  /** Takes an origin's media playlist. Null for one that would go back behind the served one, and for text that is no playlist.
   *  `askedMs`: time of the request. Where a version that arrived since is further, that is the result. */
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

  /** The multivariant playlist is old: it names a rendition that is not made any more. */
  doubtIndex() {
    if (this.index) this.index = { ...this.index, heardMs: Number.NEGATIVE_INFINITY };
  }

  /** The segment, assembled from its parts; null unless all of them are in the cache. */
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

  /** Assembles segments while their parts are still listed: the next playlist, perhaps a new owner's, may not list them. */
  #assembleBefore({ playlist: { segments, openParts, mediaSequence } }: Version, next: Playlist) {
    const openNumber = mediaSequence + segments.length;
    const closed = next.segments.find(({ number }) => number === openNumber);
    // The segment that was open in the last version, if its owner closed it without another part.
    const sinceClosed = closed && closed.parts.length === 0 ? [{ ...closed, parts: openParts }] : [];
    for (const segment of [...segments, ...sinceClosed])
      if (segment.parts.length > 0 && !this.cache.has(this.cacheKey(segment.uri))) this.assemble(segment);
  }
}
