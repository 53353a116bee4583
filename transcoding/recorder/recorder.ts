// Records one broadcast for one owner: what was served live is stored, segment by segment, and never in the way of the live path.
//
//   packager ─► Backlog (memory, then spool) ─► object store ─► row
//
// A row is written only when its object is stored. What is lost is a gap in the rows.

import { Backoff } from "#runtime/base/backoff.ts";
import { type Clock, every } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Objects } from "#runtime/objects/objects.ts";
import type { RecordingOwner, RenditionEntry } from "#schema/queries/videos/recording.ts";
import { SOURCE_RENDITION } from "#schema/wire/media.ts";
import type { Variant } from "../packager/numbers/saved.ts";
import { GAP_SHORTEST_MS } from "../packager/numbers/slots.ts";
import type { MadeSegment } from "../packager/shelf/made.ts";
import { Backlog } from "./backlog.ts";
import { asGap, type Entry, entryOf } from "./entry.ts";
import type { Refiller } from "./refill/refiller.ts";
import type { RecordingRows } from "./rows.ts";
import { SegmentStore, Unstorable } from "./segment-store.ts";
import type { SegmentSpool } from "./spool.ts";

const stored = new Counter({ name: "recorder_segments_total", help: "Segments of recordings that were stored" });
const lost = new Counter({
  name: "recorder_lost_segments_total",
  help: "Segments of recordings that had no room while the object store was away",
});

/** How often the packager is asked for closed segments. It keeps them for much longer. */
const POLL_MS = 500;
/** Segments of one recording on their way at once. All recordings of a node share the requests of its object store. */
const AT_ONCE = 3;
/** A stop waits no longer for what is on its way. */
const LAST_BATCH_MS = 2_000;
const PAUSES = { firstMs: 250, longestMs: 10_000 };

/** What a recorder needs of a packager. */
export interface RecordedPackager {
  readonly startNumber: number;
  readonly targetDurationMs: number | null;
  made(after: (rendition: string) => number): MadeSegment[];
  variant(rendition: string): Variant | undefined;
}

export interface RecorderOptions extends RecordingOwner {
  clock: Clock;
  random: Random;
  log: Log;
  objects: Objects;
  rows: RecordingRows;
  spool: SegmentSpool;
  /** Null: it does not run here (any more). */
  packager(): RecordedPackager | null;
  /** Which renditions are kept. */
  keeps(rendition: string): boolean;
  /** Fills the hole before this owner's first segment. Default: it stays marked. */
  refiller?: Pick<Refiller, "run" | "stop">;
  memoryBytesMax?: number;
  /** The recording is finished, or there is none. Nothing is left to do. */
  onDone(): void;
}

export class Recorder {
  readonly #backlog: Backlog;
  readonly #store: SegmentStore;
  readonly #pauses: Backoff;
  /** By rendition: the highest number that was taken. */
  readonly #taken = new Map<string, number>();
  /** By rendition: what was written of it. */
  readonly #described = new Map<string, string>();
  readonly #stopPolling: () => void;
  #wake = () => {};
  /** The broadcast is over. */
  #over = false;
  #stopped = false;
  /** Resolves with the stop. */
  readonly #stopping = Promise.withResolvers<void>();
  /** On their way into the object store. */
  #batch: Entry[] = [];
  /** The first segment of this owner with media, until it is stored. */
  #first: MadeSegment | null = null;
  #refilling: Promise<void> | null = null;
  readonly #working: Promise<void>;

  constructor(private readonly options: RecorderOptions) {
    const { clock, random, videoId, spool, log, memoryBytesMax } = options;
    this.#store = new SegmentStore(options);
    this.#backlog = new Backlog({
      ...{ videoId, spool },
      ...(memoryBytesMax !== undefined && { memoryBytesMax }),
      keepInit: (rendition, hash) => this.#store.keepInit(rendition, hash),
      onFull: (entry) => this.#lose(entry, new Error("no room for it")),
    });
    this.#pauses = new Backoff(PAUSES, random);
    this.#stopPolling = every(clock, POLL_MS, () => this.#poll());
    this.#working = this.#work().catch((error) => log.error({ reason: reason(error) }, "bug"));
  }

  /** The broadcast is over: what there is comes in, and the recording is finished. */
  finish() {
    if (this.#over) return;
    this.#over = true;
    this.#wake();
  }

  /** What is not stored stays in the spool, for SpoolSweep. */
  async stop() {
    if (this.#stopped) return;
    this.#take();
    this.#stopped = true;
    this.#stopPolling();
    this.#stopping.resolve();
    this.options.refiller?.stop();
    this.#wake();
    await Promise.race([this.#working, this.options.clock.sleep(LAST_BATCH_MS)]);
    // Copies, since the others may still be on their way. What is stored twice does no harm.
    this.#backlog.putBack(this.#batch.map((entry) => ({ ...entry })));
    await this.#backlog.spill(0);
  }

  async #poll() {
    this.#take();
    await this.#backlog.bound();
  }

  #take() {
    const { packager, epoch, keeps } = this.options;
    if (this.#stopped) return;
    for (const made of packager()?.made((rendition) => this.#taken.get(rendition) ?? -1) ?? []) {
      this.#taken.set(made.rendition, made.number);
      if (!keeps(made.rendition) || isNothing(made)) continue;
      if (made.media) this.#store.expect(made.rendition, made.media.init);
      if (made.media && made.rendition === SOURCE_RENDITION && !this.#refilling) this.#first ??= made;
      this.#backlog.add(entryOf(made, epoch));
    }
    if (this.#backlog.size > 0) this.#wake();
  }

  async #work() {
    const begun = await this.#repeat("recording not begun yet", () => this.#begin());
    if (begun === "kept") await this.#storeAll();
    else this.#forget();
    await Promise.race([this.#refilling, this.#stopping.promise]);
    while (!this.#over && !this.#stopped) await this.#woken();
    if (this.#stopped || begun === "replaced") return;
    await this.#repeat("recording not finished yet", async () => {
      if (begun === "kept") await this.#describe();
      return this.options.rows.finish(this.options);
    });
    this.#stopPolling();
    if (!this.#stopped) this.options.onDone();
  }

  async #begin() {
    const { rows, packager, videoId, epoch, channelId } = this.options;
    // Without a packager there is nothing to add: the broadcast was over before this owner came.
    const firstNumber = packager()?.startNumber ?? Number.MAX_SAFE_INTEGER;
    return rows.begin({ videoId, channelId, epoch, firstNumber });
  }

  #forget() {
    this.#stopPolling();
    this.#backlog.clear();
  }

  /** Until the broadcast is over and everything is stored, or it is stopped. */
  async #storeAll() {
    while (!this.#stopped) {
      const batch = this.#backlog.take(AT_ONCE);
      this.#batch = batch;
      if (batch.length > 0) await this.#storeBatch(batch);
      else if (!this.#over || this.#backlog.size > 0) await this.#woken();
      else {
        this.#take(); // The last segment closes when its broadcast ends.
        if (this.#backlog.size === 0) return;
      }
    }
  }

  async #storeBatch(batch: Entry[]) {
    const { log } = this.options;
    const outcomes = await Promise.allSettled(batch.map((entry) => this.#store.store(entry)));
    if (this.#stopped) return;
    this.#batch = [];
    const failed = batch.flatMap((entry, i): Entry[] => {
      const outcome = outcomes[i]!;
      if (outcome.status === "fulfilled") return [];
      return [outcome.reason instanceof Unstorable ? this.#lose(entry, outcome.reason) : entry];
    });
    stored.inc(batch.length - failed.length);
    this.#refill(batch.filter((entry) => !failed.includes(entry)));
    // Also while the object store is away: what waits in a spool is played by it. Comes again with the next segment, and at the end.
    await this.#describe().catch(() => {});
    if (failed.length === 0) return this.#pauses.reset();
    const why = outcomes.find((outcome) => outcome.status === "rejected")?.reason;
    log.warn({ segments: this.#backlog.size + failed.length, reason: reason(why) }, "recording waits");
    this.#backlog.putBack(failed);
    await this.#pause();
  }

  /** Once this owner's first segment is among what is stored. */
  #refill(done: readonly Entry[]) {
    const first = this.#first;
    const isStored = done.some(({ row }) => row.number === first?.number && row.rendition === first.rendition);
    if (!first || !isStored) return;
    this.#first = null;
    this.#refilling = this.options.refiller?.run(first) ?? Promise.resolve();
  }

  #lose(entry: Entry, error: unknown): Entry {
    const { rendition, number } = entry.row;
    lost.inc();
    this.options.log.error({ rendition, number, reason: reason(error) }, "a segment of the recording is lost");
    return asGap(entry);
  }

  /** Writes what has changed of the renditions. */
  async #describe() {
    const { videoId, rows, packager, keeps } = this.options;
    const from = packager();
    if (!from?.targetDurationMs) return;
    const { targetDurationMs } = from;
    const changed = [...this.#taken.keys()].flatMap((name): RenditionEntry[] => {
      const variant = keeps(name) ? from.variant(name) : undefined;
      if (!variant || this.#described.get(name) === roughly(variant)) return [];
      return [{ name, averageBandwidth: null, ...variant }];
    });
    if (changed.length === 0) return;
    await rows.renditions(videoId, { renditions: changed, targetDurationMs });
    for (const { name } of changed) this.#described.set(name, roughly(from.variant(name)!));
  }

  async #repeat<Value>(what: string, work: () => Promise<Value>): Promise<Value | null> {
    const { log } = this.options;
    for (;;)
      try {
        if (this.#stopped) return null;
        const value = await work();
        this.#pauses.reset();
        return value;
      } catch (error) {
        log.warn({ reason: reason(error) }, what);
        await this.#pause();
      }
  }

  /** After a failure. */
  async #pause() {
    await Promise.race([this.options.clock.sleep(this.#pauses.nextMs()), this.#stopping.promise]);
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Its number is left out, and no media. */
const isNothing = ({ media, durationMs }: MadeSegment) => media === null && durationMs <= GAP_SHORTEST_MS;

/** Bandwidths are measured anew with each segment: what differs by less than a tenth is the same. */
const roughly = ({ codecs, width, height, fps, bandwidth }: Variant) =>
  `${codecs} ${width}x${height} ${Math.round(fps)} ${Math.round(Math.log(bandwidth) * 10)}`;
