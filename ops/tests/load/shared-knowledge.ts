// What all players of one rendition read. A thousand players get the same text, so each text is read and checked once.

import type { Check, Tally } from "#ops/tests/support/hls/check.ts";
import { lowLatencyChecks } from "#ops/tests/support/hls/checks/low-latency.ts";
import { successionChecks } from "#ops/tests/support/hls/checks/succession.ts";
import { syntaxChecks } from "#ops/tests/support/hls/checks/syntax.ts";
import { applyDelta } from "#ops/tests/support/hls/delta.ts";
import { type MediaPlaylist, positionOf, readMediaPlaylist } from "#ops/tests/support/hls/media-playlist.ts";

/** Texts, playlists, pairs and parts that are remembered, each. */
const REMEMBERED_MAX = 512;

/** A playlist as a player knows it: completed, with a name for it. */
export interface Known {
  key: string;
  playlist: MediaPlaylist;
  /** When the first player got it. */
  firstMs: number;
}

export const sharedChecks = [...syntaxChecks, ...lowLatencyChecks, ...successionChecks] as Pick<
  Check<never>,
  "name" | "section"
>[];

export class SharedKnowledge {
  readonly #texts = new Bounded<{ key: string; playlist: MediaPlaylist }>();
  readonly #known = new Bounded<Known | null>();
  readonly #pairs = new Bounded<true>();
  readonly #parts = new Bounded<{ length: number; hash: number | bigint | null }>();
  /** When the first player got a playlist that ends there. */
  readonly #firsts = new Bounded<number>();

  constructor(private readonly tally: Tally) {}

  /** Null: the update skips what `before` does not have; the player must ask for the whole playlist. */
  playlist(rendition: string, text: string, before: Known | null, nowMs: number): Known | null {
    const read = this.#texts.get(`${rendition} ${Bun.hash(text)}`, (key) => {
      const playlist = readMediaPlaylist(text);
      this.tally.run([...syntaxChecks, ...lowLatencyChecks], playlist, rendition);
      return { key, playlist };
    });
    const base = read.playlist.skipped > 0 ? before : null;
    const known = this.#known.get(`${read.key} ${base?.key ?? ""}`, (key) => {
      const playlist = read.playlist.skipped > 0 ? before && applyDelta(before.playlist, read.playlist) : read.playlist;
      if (!playlist) return null;
      const { msn, part } = positionOf(playlist);
      return { key, playlist, firstMs: this.#firsts.get(`${rendition} ${msn}.${part}`, () => nowMs) };
    });
    if (known && before && known !== before)
      this.#pairs.get(`${before.key} ${known.key}`, () => {
        this.tally.run(successionChecks, { before: before.playlist, now: known.playlist }, rendition);
        return true;
      });
    return known;
  }

  /** False when another player got other bytes for the same URI. */
  isSamePart(uri: string, length: number, hash: number | bigint | null): boolean {
    const known = this.#parts.get(uri, () => ({ length, hash }));
    if (known.hash === null) known.hash = hash;
    return known.length === length && (hash === null || known.hash === hash);
  }
}

/** A map that forgets its oldest entries. */
class Bounded<Value> {
  readonly #entries = new Map<string, Value>();

  get(key: string, make: (key: string) => Value): Value {
    const found = this.#entries.get(key);
    if (found !== undefined) return found;
    const value = make(key);
    this.#entries.set(key, value);
    if (this.#entries.size > REMEMBERED_MAX) this.#entries.delete(this.#entries.keys().next().value!);
    return value;
  }
}
