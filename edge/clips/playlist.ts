// The media playlist of a clip: the segments from the one in which it begins to the one in which it ends.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { LruMap } from "#runtime/base/lru.ts";
import type { Sql } from "#schema/database.ts";
import type { PlayableClip } from "#schema/queries/clips/playable-clip.ts";
import { type SegmentRow, segmentsBetween } from "#schema/queries/videos/segments.ts";
import { Listing } from "../videos/listing.ts";
import { PlaylistBody } from "../videos/playlist-body.ts";
import { referenceOf } from "../videos/playlists.ts";

/** Each has some kilobytes. */
const PLAYLISTS_MAX = 2_000;
/** Gaps may be filled by what came late, and a clip may be deleted. */
const FRESH_MS = 60_000;

interface Kept {
  body: PlaylistBody;
  readMs: number;
}

export class ClipPlaylists {
  readonly #kept = new LruMap<string, Kept>(PLAYLISTS_MAX);

  constructor(private readonly options: { sql: Sql; clock: Pick<Clock, "monoMs"> }) {}

  /** Throws Refusal `not_found`: no such rendition, or not all of it is stored yet. */
  async media(clip: PlayableClip, rendition: string): Promise<PlaylistBody> {
    const { clock } = this.options;
    const key = `${clip.id} ${rendition}`;
    const kept = this.#kept.get(key);
    if (kept && clock.monoMs() - kept.readMs < FRESH_MS) return kept.body;
    if (!clip.renditions.some(({ name }) => name === rendition)) throw new Refusal("not_found");
    const [rows, first] = await this.#rows(clip, rendition);
    // A rendition whose rows come a moment later is not played until they are there: a playlist with an end must have all of it.
    if (!first || rows.at(-1)?.number !== clip.lastNumber) throw new Refusal("not_found", "not all of it is stored");
    const listing = new Listing({ rendition, targetDurationMs: clip.targetDurationMs ?? 0, first });
    for (const row of rows) listing.add(row);
    if (listing.isEmpty) throw new Refusal("not_found", "nothing of it is stored");
    const body = new PlaylistBody(listing.text({ isOver: true, startMs: clip.offsetMs }));
    if (!clip.isRecording) this.#kept.set(key, { body, readMs: clock.monoMs() });
    return body;
  }

  /** The rows, and the first one of the rendition whose clock is the clip's. */
  async #rows(clip: PlayableClip, rendition: string): Promise<[rows: SegmentRow[], first: SegmentRow | undefined]> {
    const { videoId, firstNumber: first, lastNumber: last } = clip;
    const read = (of: string, to: number) =>
      segmentsBetween(this.options.sql, { videoId, rendition: of, first, last: to });
    const reference = referenceOf(clip);
    const rows = await read(rendition, last);
    const firsts = rendition === reference ? rows : await read(reference, first);
    return [rows, firsts[0]?.number === first ? firsts[0] : undefined];
  }
}
