// Reads a whole live channel: its multivariant playlist and all renditions side by side.

import { type Check, Tally } from "#ops/tests/support/hls/check.ts";
import { multivariantChecks } from "#ops/tests/support/hls/checks/multivariant.ts";
import { pairChecks, reportChecks } from "#ops/tests/support/hls/checks/renditions.ts";
import { allSegments, type MediaPlaylist, type Position, positionOf } from "#ops/tests/support/hls/media-playlist.ts";
import { type MultivariantPlaylist, readMultivariantPlaylist } from "#ops/tests/support/hls/multivariant-playlist.ts";
import { allChecks } from "./checks.ts";
import { Fetcher } from "./fetcher.ts";
import { bitRateChecks } from "./media-checks.ts";
import { RenditionReader } from "./rendition-reader.ts";

const MULTIVARIANT_EVERY_MS = 5_000;
const AGAIN_MS = 250;
/** Reports that wait for a newer playlist of their rendition. */
const PENDING_MAX = 16;
/** A segment at this rate has been seen before the peak is judged. */
const SEGMENTS_MIN = 5;

export interface ChannelReport {
  tally: Tally;
  /** By rendition. */
  read: Record<string, { playlists: number; parts: number; segments: number; gaps: number }>;
}

interface Rendition {
  uri: string;
  reader: RenditionReader;
  playlist: MediaPlaylist | null;
  /** Reports about this rendition that no later playlist has confirmed. */
  pending: { report: Position; atMs: number }[];
}

/** `url`: of the multivariant playlist. Resolves after `forMs`, or with the end of the broadcast. */
export async function readChannel(url: string, { forMs }: { forMs: number }): Promise<ChannelReport> {
  const reading = new Reading(url, performance.now() + forMs);
  await reading.run();
  return { tally: reading.tally, read: reading.read };
}

class Reading {
  readonly tally = new Tally(allChecks as Check<never>[]);
  readonly #fetcher = new Fetcher(this.tally);
  readonly #renditions = new Map<string, Rendition>();
  readonly #running: Promise<void>[] = [];
  #multivariant: MultivariantPlaylist | null = null;

  constructor(
    private readonly url: string,
    private readonly deadlineMs: number,
  ) {}

  get read() {
    return Object.fromEntries([...this.#renditions].map(([uri, { reader }]) => [uri, reader.read]));
  }

  async run() {
    while (!this.#isOver()) {
      await this.#readMultivariant();
      const again = this.#multivariant ? MULTIVARIANT_EVERY_MS : AGAIN_MS;
      await Bun.sleep(Math.max(0, Math.min(again, this.deadlineMs - performance.now())));
      if (this.#multivariant && [...this.#renditions.values()].every(({ playlist }) => playlist?.ended)) break;
    }
    await Promise.all(this.#running);
    for (const { uri, reader } of this.#renditions.values()) this.#judgeRates(uri, reader);
  }

  #isOver = () => performance.now() >= this.deadlineMs;

  async #readMultivariant() {
    const { status, bytes } = await this.#fetcher.playlist(this.url);
    if (status !== 200) return;
    const playlist = readMultivariantPlaylist(new TextDecoder().decode(bytes));
    this.tally.run(multivariantChecks, playlist);
    this.#multivariant = playlist;
    for (const { uri } of playlist.variants) if (!this.#renditions.has(uri)) this.#start(uri);
  }

  #start(uri: string) {
    const reader = new RenditionReader({
      url: new URL(uri, this.url).href,
      name: uri,
      tally: this.tally,
      fetcher: this.#fetcher,
      variant: () => this.#variant(uri),
      onAsk: () => ({ positions: this.#positions(), atMs: performance.now() }),
      onPlaylist: (playlist, asked, tookMs) =>
        this.#compare(uri, playlist, { ...(asked as Omit<Asked, "waited">), waited: tookMs >= WAITED_MS }),
    });
    this.#renditions.set(uri, { uri, reader, playlist: null, pending: [] });
    this.#running.push(reader.run(this.#isOver));
  }

  #variant = (uri: string) => this.#multivariant?.variants.find((variant) => variant.uri === uri) ?? null;

  #positions() {
    return new Map(
      [...this.#renditions].flatMap(([uri, { playlist }]) => (playlist ? [[uri, lastPartOf(playlist)] as const] : [])),
    );
  }

  #compare(uri: string, playlist: MediaPlaylist, asked: Asked) {
    const own = this.#renditions.get(uri)!;
    own.playlist = playlist;
    const after = positionOf(playlist);
    // What others reported about this rendition, before this playlist was asked for, must be there now.
    for (const { report } of own.pending.filter(({ atMs }) => atMs <= asked.atMs))
      this.tally.run(reportChecks, { report, before: null, after }, uri);
    own.pending = own.pending.filter(({ atMs }) => atMs > asked.atMs);
    for (const { uri: about, msn, part } of playlist.reports) {
      const report = { msn, part };
      this.tally.run(reportChecks, { report, before: this.#before(about, playlist, asked), after: null }, uri);
      const other = this.#renditions.get(about);
      if (other) other.pending = [...other.pending, { report, atMs: performance.now() }].slice(-PENDING_MAX);
    }
    for (const other of this.#renditions.values())
      if (other !== own && other.playlist)
        this.tally.run(pairChecks, { one: other.playlist, other: playlist }, `${other.uri} and ${uri}`);
  }

  /** Where another rendition was when this playlist was asked for; null: unknown, or another owner's. */
  #before(about: string, playlist: MediaPlaylist, { waited, positions }: Asked): Position | null {
    const other = this.#renditions.get(about)?.playlist;
    const isOwners = other && makerOf(other) === makerOf(playlist);
    return (waited && isOwners && positions.get(about)) || null;
  }

  #judgeRates(uri: string, { audit, read }: RenditionReader) {
    const variant = this.#variant(uri);
    const rates = audit.meter.rates;
    if (variant && rates && read.segments >= SEGMENTS_MIN) this.tally.run(bitRateChecks, { variant, ...rates }, uri);
  }
}

/** A playlist that was waited for is new. One that was there may be as old as its newest part, and its reports with it. */
const WAITED_MS = 30;

interface Asked {
  positions: Map<string, Position>;
  atMs: number;
  waited: boolean;
}

/** The names of our parts begin with the owner's epoch. A new owner may know less of a rendition than the one before had listed. */
const makerOf = (playlist: MediaPlaylist) =>
  /p\d+-/.exec(
    allSegments(playlist)
      .flatMap(({ parts }) => parts)
      .at(-1)?.uri ?? "",
  )?.[0];

/** The last part that is there, as a rendition report says it. */
function lastPartOf(playlist: MediaPlaylist): Position {
  const { msn, part } = positionOf(playlist);
  if (part >= 0) return { msn, part };
  const parts = playlist.segments.at(-1)?.parts.length ?? 0;
  // Without parts listed, any part of that segment may have been its last.
  return { msn: msn - 1, part: parts - 1 };
}
