// Reads one rendition of a live channel as a strict low-latency client: every playlist, every part, every segment, every hint.

import * as HLS from "hls-parser";
import type { Tally } from "#ops/tests/support/hls/check.ts";
import { lowLatencyChecks } from "#ops/tests/support/hls/checks/low-latency.ts";
import { type Directives, reloadChecks } from "#ops/tests/support/hls/checks/reload.ts";
import { deltaChecks } from "#ops/tests/support/hls/checks/renditions.ts";
import { successionChecks } from "#ops/tests/support/hls/checks/succession.ts";
import { syntaxChecks } from "#ops/tests/support/hls/checks/syntax.ts";
import { applyDelta } from "#ops/tests/support/hls/delta.ts";
import {
  allSegments,
  type ListedSegment,
  type MediaPlaylist,
  readMediaPlaylist,
} from "#ops/tests/support/hls/media-playlist.ts";
import type { ListedVariant } from "#ops/tests/support/hls/multivariant-playlist.ts";
import { directivesQuery, hintedPart, nextDirectives } from "#ops/tests/support/hls/player.ts";
import { strictParser } from "./checks.ts";
import type { Fetcher, Got } from "./fetcher.ts";
import { MediaAudit } from "./media-audit.ts";
import { hintChecks } from "./media-checks.ts";

HLS.setOptions({ strictMode: true });

/** Each so many playlists the whole one is read beside the delta update. */
const WHOLE_EVERY = 10;
/** Each so many segments an old one is read again: its bytes must not have changed. */
const AGAIN_EVERY = 10;
const AGAIN_MS = 250;
/** Before the start, this many segments are read, for the checks that look back. */
const SEGMENTS_BACK = 2;

export interface RenditionReaderOptions {
  /** URL of the media playlist. */
  url: string;
  name: string;
  tally: Tally;
  fetcher: Fetcher;
  /** What the multivariant playlist says of this rendition now. */
  variant(): ListedVariant | null;
  /** Called before a request for a playlist; the answer is given to `onPlaylist`. */
  onAsk(): unknown;
  onPlaylist(playlist: MediaPlaylist, asked: unknown, tookMs: number): void;
}

export class RenditionReader {
  readonly audit: MediaAudit;
  /** Number of playlists, parts and segments read. */
  readonly read = { playlists: 0, parts: 0, segments: 0, gaps: 0 };
  #playlist: MediaPlaylist | null = null;
  /** Parts and segments up to here are read. */
  #partsTo: { msn: number; part: number } | null = null;
  #segmentsTo = -1;
  readonly #hinted = new Map<string, Promise<Got>>();

  constructor(private readonly options: RenditionReaderOptions) {
    this.audit = new MediaAudit(options.tally, options.name);
  }

  /** Resolves at the deadline, or with the end of the broadcast. */
  async run(until: () => boolean) {
    while (!until() && !this.#playlist?.ended) {
      const before = this.#playlist;
      const asked: Directives = before ? { ...nextDirectives(before), skip: this.read.playlists % 2 === 1 } : {};
      if (!(await this.#reload(asked))) await Bun.sleep(AGAIN_MS);
      else if (this.#playlist) await this.#media(this.#playlist);
    }
  }

  async #reload(asked: Directives): Promise<boolean> {
    const { url, tally, name, fetcher, onAsk, onPlaylist } = this.options;
    const before = this.#playlist;
    const asking = onAsk();
    const { status, contentType, bytes, tookMs } = await fetcher.playlist(`${url}${directivesQuery(asked)}`);
    const update = status === 200 ? readMediaPlaylist(new TextDecoder().decode(bytes)) : null;
    tally.run(reloadChecks, { asked, status, contentType, tookMs, before, playlist: update }, name);
    if (!update) return false;
    this.read.playlists++;
    tally.run([...syntaxChecks, ...lowLatencyChecks], update, name);
    this.#strictly(update);
    const now = before ? applyDelta(before, update) : update;
    if (!now) {
      this.#playlist = null; // As a player: the whole playlist is asked for.
      return true;
    }
    if (before) tally.run(successionChecks, { before, now }, name);
    if (update.skipped > 0 && this.read.playlists % WHOLE_EVERY === 0) await this.#whole(now, asked);
    this.#playlist = now;
    onPlaylist(now, asking, tookMs);
    this.#hint(now);
    return true;
  }

  async #whole(completed: MediaPlaylist, { msn, part }: Directives) {
    const { url, tally, name, fetcher } = this.options;
    const asked: Directives = { ...(msn !== undefined && { msn }), ...(part !== undefined && { part }) };
    const { status, bytes } = await fetcher.playlist(`${url}${directivesQuery(asked)}`);
    if (status !== 200) return;
    tally.run(deltaChecks, { completed, whole: readMediaPlaylist(new TextDecoder().decode(bytes)) }, name);
  }

  #strictly({ text }: MediaPlaylist) {
    const { tally, name } = this.options;
    try {
      HLS.parse(text);
      tally.note(strictParser, [], name);
    } catch (error) {
      tally.note(strictParser, [`${error}`], name);
    }
  }

  /** Asks for the hinted part at once, as a player does. */
  #hint(playlist: MediaPlaylist) {
    const uri = hintedPart(playlist);
    if (uri === null || this.#hinted.has(uri) || playlist.ended) return;
    this.#hinted.set(uri, this.options.fetcher.bytes(this.#url(uri)));
    for (const old of [...this.#hinted.keys()].slice(0, -4)) this.#hinted.delete(old);
  }

  async #media(playlist: MediaPlaylist) {
    const segments = allSegments(playlist);
    const from = Math.max(0, playlist.segments.length - SEGMENTS_BACK);
    if (this.#segmentsTo < 0) this.#segmentsTo = (playlist.segments[from]?.number ?? playlist.mediaSequence) - 1;
    this.#partsTo ??= { msn: this.#segmentsTo, part: Number.POSITIVE_INFINITY };
    for (const segment of segments) {
      await this.#init(segment);
      for (const index of segment.parts.keys()) await this.#part(segment, index);
      if (segment.uri !== null && segment.number > this.#segmentsTo) await this.#segment(segment, playlist);
    }
  }

  async #init({ map, gap }: ListedSegment) {
    if (map === null || gap || this.audit.knows(map)) return;
    const { status, bytes } = await this.options.fetcher.listed(this.#url(map), this.options.name);
    if (status === 200) this.audit.init(map, bytes, this.options.variant());
  }

  async #part(segment: ListedSegment, index: number) {
    const part = segment.parts[index]!;
    const to = this.#partsTo!;
    if (segment.number < to.msn || (segment.number === to.msn && index <= to.part)) return;
    this.#partsTo = { msn: segment.number, part: index };
    if (part.gap || segment.gap) return;
    const { tally, name, fetcher } = this.options;
    const hinted = this.#hinted.get(part.uri);
    this.#hinted.delete(part.uri);
    const { status, bytes } = await fetcher.listed(this.#url(part.uri), name);
    if (hinted) {
      const early = await hinted;
      const sameAsListed = Buffer.from(early.bytes).equals(bytes);
      tally.run(hintChecks, { uri: part.uri, status: early.status, sameAsListed }, name);
    }
    if (status !== 200) return;
    this.read.parts++;
    this.audit.part(segment, index, bytes);
  }

  async #segment(segment: ListedSegment, playlist: MediaPlaylist) {
    const { fetcher, name, variant } = this.options;
    this.#segmentsTo = segment.number;
    if (segment.gap) return void this.read.gaps++;
    const { status, bytes } = await fetcher.listed(this.#url(segment.uri!), name);
    if (status !== 200) return;
    this.read.segments++;
    this.audit.segment(segment, bytes, {
      independent: playlist.independentSegments,
      targetDurationS: playlist.targetDurationS,
      frameRate: variant()?.frameRate ?? null,
    });
    if (this.read.segments % AGAIN_EVERY !== 0) return;
    const old = playlist.segments.find(({ gap }) => !gap);
    if (old) await fetcher.listed(this.#url(old.uri!), name);
  }

  #url(uri: string) {
    return new URL(uri, this.options.url).href;
  }
}
