// One rendition that viewers at this edge watch by WebSocket: what the origin streams is published to all of them at once. Kept are the newest
// two groups of pictures, for those who join and those who catch up.

import type { Clock } from "#runtime/base/clock.ts";
import type { LoopLag } from "#runtime/base/loop-lag.ts";
import {
  type LiveFrame,
  type LiveHead,
  type LivePlace,
  type LiveRecord,
  RECORD,
  recordsFrame,
} from "#schema/wire/live-stream.ts";
import type { ChannelWatches } from "../../channels/status-watch.ts";
import { frameEveryMs } from "./frame-pace.ts";
import { OriginStream } from "./origin-stream.ts";

/** More is not kept: a viewer who joins waits for the next keyframe. */
const KEPT_BYTES_MAX = 24 * 1024 * 1024;

/** After this many bytes viewers who do not keep up are looked for: at many megabits a second the sweep would come too late, and Bun cut them. */
const LOOK_EVERY_BYTES = 128 * 1024;

/** Sent before the first fragment of it. */
export interface LiveStart {
  head: string;
  init: Uint8Array<ArrayBuffer>;
}

export interface PushedEntry extends LivePlace {
  key: boolean;
  start: LiveStart;
  frame: Uint8Array<ArrayBuffer>;
}

interface PushedRenditionOptions {
  clock: Clock;
  watches: Pick<ChannelWatches, "watch" | "doubt">;
  broadcast: { id: string; channelId: string };
  name: string;
  lag: Pick<LoopLag, "lagMs">;
  publish(topic: string, frame: string | Uint8Array<ArrayBuffer>): void;
  /** There is an entry at `nextIndex` - 1 that those who wait for a keyframe may begin with. */
  onKey(): void;
  onEnded(): void;
  /** Much was sent since the last call, and more is about to be. */
  onMuch(): void;
}

export class PushedRendition {
  readonly topic: string;
  readonly #stream: OriginStream;
  #start: LiveStart | null = null;
  #entries: PushedEntry[] = [];
  /** Of the first kept entry. */
  #firstIndex = 0;
  #keptBytes = 0;
  #lastKey: number | null = null;
  #pending: LiveRecord[] = [];
  #cancelFlush: (() => void) | null = null;
  #isWaiting = false;
  #unlookedBytes = 0;
  /** Bytes of the last second, for what counts as slow. */
  #recent = { sinceMs: 0, bytes: 0, perSecond: 0 };

  constructor(private readonly options: PushedRenditionOptions) {
    const { broadcast, name } = options;
    this.topic = `m/${broadcast.id}/${name}`;
    this.#stream = new OriginStream({
      ...options,
      rendition: name,
      events: {
        onHead: (head, init) => this.#begin(head, init),
        onFragment: (fragment) => this.#take(fragment),
        onAway: () => this.#away(),
        onEnded: () => options.onEnded(),
      },
    });
  }

  get name() {
    return this.options.name;
  }

  /** Of the entry to come. */
  get nextIndex() {
    return this.#firstIndex + this.#entries.length;
  }

  /** Of the newest keyframe; null: none is kept. */
  get newestKey(): number | null {
    return this.#lastKey !== null && this.#lastKey >= this.#firstIndex ? this.#lastKey : null;
  }

  /** Of the keyframe with which a viewer who has that fragment goes on without a hole; the newest one where it is not kept any more. */
  keyFor({ number, part }: LivePlace): number | null {
    const isUntil = (entry: PushedEntry) => entry.number < number || (entry.number === number && entry.part <= part);
    const at = this.#entries.findLastIndex((entry) => entry.key && isUntil(entry));
    return at < 0 ? this.newestKey : this.#firstIndex + at;
  }

  get bytesPerSecond() {
    return this.#recent.perSecond;
  }

  get isWaiting() {
    return this.#isWaiting;
  }

  /** Undefined: not kept any more, or not there yet. */
  entry(index: number): PushedEntry | undefined {
    return this.#entries[index - this.#firstIndex];
  }

  stop() {
    this.#cancelFlush?.();
    this.#stream.stop();
  }

  #begin(head: LiveHead, init: Uint8Array) {
    this.#flush();
    const record = { kind: RECORD.init, key: false, part: 0, number: 0, bytes: init };
    this.#start = { head: JSON.stringify(head), init: recordsFrame([record]) };
    this.options.publish(this.topic, this.#start.head);
    this.options.publish(this.topic, this.#start.init);
  }

  #take(fragment: LiveRecord) {
    if (!this.#start) return;
    if (fragment.key) this.#flush();
    this.#pending.push(fragment);
    const delayMs = frameEveryMs(this.options.lag.lagMs);
    if (delayMs === 0) this.#flush();
    else
      this.#cancelFlush ??= this.options.clock.timer(delayMs, () => {
        this.#cancelFlush = null;
        this.#flush();
      });
  }

  #flush() {
    this.#cancelFlush?.();
    this.#cancelFlush = null;
    const [first] = this.#pending;
    if (!first || !this.#start) return;
    const frame = recordsFrame(this.#pending);
    this.#pending = [];
    this.#isWaiting = false;
    this.#unlookedBytes += frame.length;
    if (this.#unlookedBytes >= LOOK_EVERY_BYTES) {
      this.#unlookedBytes = 0;
      this.options.onMuch();
    }
    const { key, number, part } = first;
    this.#keep({ key, number, part, start: this.#start, frame });
    this.options.publish(this.topic, frame);
    if (key) this.options.onKey();
  }

  #keep(entry: PushedEntry) {
    if (entry.key) {
      // The group before stays for those who are in it.
      const from = this.newestKey;
      if (from !== null) this.#drop(from - this.#firstIndex);
      this.#lastKey = this.nextIndex;
    }
    this.#entries.push(entry);
    this.#keptBytes += entry.frame.length;
    if (this.#keptBytes > KEPT_BYTES_MAX) this.#drop(this.#entries.length);
    this.#count(entry.frame.length);
  }

  #drop(count: number) {
    for (const { frame } of this.#entries.splice(0, count)) this.#keptBytes -= frame.length;
    this.#firstIndex += count;
  }

  #count(bytes: number) {
    const nowMs = this.options.clock.monoMs();
    const { sinceMs } = this.#recent;
    this.#recent.bytes += bytes;
    if (nowMs - sinceMs < 1_000) return;
    this.#recent = { sinceMs: nowMs, bytes: 0, perSecond: (this.#recent.bytes * 1_000) / (nowMs - sinceMs) };
  }

  #away() {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    this.options.publish(this.topic, JSON.stringify({ type: "waiting" } satisfies LiveFrame));
  }
}
