// Playlists of videos, made of their rows when somebody asks, and kept for a moment. Nothing of them is stored.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Sql } from "#schema/database.ts";
import type { PlayableVideo } from "#schema/queries/videos/playable.ts";
import { firstSegment, segmentsAfter } from "#schema/queries/videos/segments.ts";
import type { Timeline } from "#schema/wire/timeline.ts";
import { videoPath } from "./address.ts";
import { Listing } from "./listing.ts";
import { PlaylistBody } from "./playlist-body.ts";

/** Rows in one answer of the database. */
const PAGE_ROWS = 10_000;
/** A recording that runs is asked for new rows after this time. */
const GROWING_MS = 1_000;
/** What waited for the object store may come later than what was made after it, and fill a gap: then all is read again after this time. */
const WITH_GAPS_MS = 60_000;
const WHOLE_MS = 600_000;
/** In a recording that runs, a number that is missing may be on its way for this long; until then nothing behind it is listed. */
const PATIENCE_MS = 30_000;
const LISTINGS_MAX = 2_000;
/** Rows of all listings, about 120 bytes each; over it the one that was used longest ago is dropped. */
const ROWS_MAX = 1_000_000;

interface Kept {
  listing: Listing;
  isOver: boolean;
  rows: number;
  /** Monotonic: when the first row was read, and when the last ones were. */
  begunMs: number;
  readMs: number;
  body: PlaylistBody | null;
}

interface PlaylistsOptions {
  sql: Sql;
  clock: Clock;
  /** For tests. */
  rowsMax?: number;
}

export class VideoPlaylists {
  readonly #kept = new LruMap<string, Kept>(LISTINGS_MAX + 1);
  readonly #reading = new Map<string, Promise<Kept>>();
  #rows = 0;

  constructor(private readonly options: PlaylistsOptions) {}

  /** Rows that are kept in memory. */
  get rows(): number {
    return this.#rows;
  }

  /** A media playlist. Throws Refusal `not_found`: no such rendition, or nothing is stored yet. */
  async media(video: PlayableVideo, rendition: string): Promise<PlaylistBody> {
    if (!video.renditions.some(({ name }) => name === rendition)) throw new Refusal("not_found");
    const kept = await this.#listing(video, rendition);
    if (kept.listing.isEmpty) throw new Refusal("not_found", "nothing of it is stored yet");
    kept.body ??= new PlaylistBody(kept.listing.text({ isOver: kept.isOver }));
    return kept.body;
  }

  /** Throws Refusal `not_found`: nothing is stored yet. */
  async timeline(video: PlayableVideo): Promise<Timeline> {
    return (await this.reference(video)).timeline;
  }

  /** Of the rendition whose clock is the video's. Throws Refusal `not_found`: nothing is stored yet. */
  async reference(video: PlayableVideo): Promise<Listing> {
    return (await this.#listing(video, referenceOf(video))).listing;
  }

  async #listing(video: PlayableVideo, rendition: string): Promise<Kept> {
    const key = `${video.id} ${rendition}`;
    const kept = this.#kept.get(key);
    if (kept && kept.isOver === isOver(video) && this.#ageMs(kept.readMs) < freshMs(kept)) return kept;
    const reading = this.#reading.get(key) ?? this.#read(video, rendition, key, kept);
    this.#reading.set(key, reading);
    const done = () => void this.#reading.delete(key);
    reading.then(done, done);
    // While the database is away, what was read before is still played.
    return kept?.isOver === isOver(video) ? reading.catch(() => kept) : reading;
  }

  async #read(video: PlayableVideo, rendition: string, key: string, before: Kept | undefined): Promise<Kept> {
    const nowMs = this.options.clock.monoMs();
    const goesOn = before && !before.isOver && !isOver(video) && this.#ageMs(before.begunMs) < againMs(before);
    const kept = goesOn ? before : await this.#begin(video, rendition);
    const rows = await this.#fill(kept, { videoId: video.id, rendition });
    if (rows > 0) kept.body = null;
    kept.readMs = nowMs;
    this.#keep(key, kept, kept.rows + rows);
    return kept;
  }

  async #begin(video: PlayableVideo, rendition: string): Promise<Kept> {
    const first = await firstSegment(this.options.sql, { videoId: video.id, rendition: referenceOf(video) });
    if (!first) throw new Refusal("not_found", "nothing of it is stored yet");
    const listing = new Listing({ rendition, targetDurationMs: video.targetDurationMs ?? 0, first });
    const nowMs = this.options.clock.monoMs();
    return { listing, isOver: isOver(video), rows: 0, begunMs: nowMs, readMs: nowMs, body: null };
  }

  /** Adds what is new; how many rows that was. */
  async #fill({ listing, isOver }: Kept, of: { videoId: string; rendition: string }): Promise<number> {
    const { sql, clock } = this.options;
    for (let count = 0; ; ) {
      const page = await segmentsAfter(sql, { ...of, after: listing.lastNumber, limit: PAGE_ROWS });
      for (const row of page) {
        const mayCome = row.number > listing.lastNumber + 1 && clock.wallMs() - row.atMs - row.durationMs < PATIENCE_MS;
        if (mayCome && !isOver) return count;
        listing.add(row);
        count++;
      }
      if (page.length < PAGE_ROWS) return count;
    }
  }

  #keep(key: string, kept: Kept, rows: number) {
    this.#rows += rows - (this.#kept.get(key)?.rows ?? 0);
    kept.rows = rows;
    this.#kept.set(key, kept);
    const { rowsMax = ROWS_MAX } = this.options;
    for (const oldest of this.#kept.keys()) {
      if ((this.#rows <= rowsMax && this.#kept.size <= LISTINGS_MAX) || oldest === key) return;
      this.#rows -= this.#kept.get(oldest)?.rows ?? 0;
      this.#kept.delete(oldest);
    }
  }

  #ageMs(sinceMs: number) {
    return this.options.clock.monoMs() - sinceMs;
  }
}

const isOver = ({ status }: PlayableVideo) => status === "ready";
const againMs = ({ listing }: Kept) => (listing.gaps > 0 ? WITH_GAPS_MS : WHOLE_MS);
const freshMs = (kept: Kept) => (kept.isOver ? againMs(kept) : GROWING_MS);

/** The rendition whose clock is the video's. */
export function referenceOf({ renditions: [first] }: Pick<PlayableVideo, "renditions">): string {
  if (!first) throw new Refusal("not_found", "nothing of it is stored yet");
  return first.name;
}

/** The multivariant playlist (RFC 8216bis §4.4.6). `parameter`: of each URI, such as `s=…`; null: none. */
export function multivariantPlaylist(
  { renditions }: Pick<PlayableVideo, "renditions">,
  parameter: string | null,
): string {
  const query = parameter === null ? "" : `?${parameter}`;
  const lines = ["#EXTM3U", "#EXT-X-VERSION:8"];
  for (const { name, codecs, width, height, fps, bandwidth, averageBandwidth } of renditions) {
    const average = averageBandwidth ? `,AVERAGE-BANDWIDTH=${averageBandwidth}` : "";
    const kinds = codecs.length > 0 ? `,CODECS="${codecs.join(",")}"` : "";
    const picture = width > 0 ? `,RESOLUTION=${width}x${height}` : "";
    const rate = fps > 0 ? `,FRAME-RATE=${fps.toFixed(3)}` : "";
    lines.push(
      `#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth}${average}${kinds}${picture}${rate}`,
      `${videoPath.playlist(name)}${query}`,
    );
  }
  return `${lines.join("\n")}\n`;
}
