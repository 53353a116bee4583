// Reads one rendition of one broadcast as it is made, from whichever origin owns it: over losses, and over changes of owner.

import { Backoff } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import { type LiveHead, type LiveRecord, RECORD, RecordReader } from "#schema/wire/live-stream.ts";
import type { ChannelWatches } from "../../channels/status-watch.ts";
import { originRequests } from "../metrics.ts";
import { isWatchable } from "../watchable.ts";

const RETRY_PAUSES = { firstMs: 100, longestMs: 800 };
/** An origin says something every 2 s. */
const SILENT_MS = 5_000;

export interface OriginEvents {
  /** Another clock, another init segment, or another owner: what follows begins with a keyframe. */
  onHead(head: LiveHead, init: Uint8Array): void;
  onFragment(fragment: LiveRecord): void;
  /** No media comes for now. */
  onAway(): void;
  /** The broadcast is over, or another one. */
  onEnded(): void;
}

interface OriginStreamOptions {
  clock: Clock;
  watches: Pick<ChannelWatches, "watch" | "doubt">;
  broadcast: { id: string; channelId: string };
  rendition: string;
  events: OriginEvents;
}

export class OriginStream {
  readonly #stopWatching: () => void;
  #origin: string | null = null;
  #round: AbortController | null = null;
  #stopped = false;

  constructor(private readonly options: OriginStreamOptions) {
    this.#stopWatching = options.watches.watch(options.broadcast.channelId, (status) => this.#heard(status));
  }

  stop() {
    this.#stopped = true;
    this.#stopWatching();
    this.#round?.abort();
  }

  #heard(status: ChannelStatus) {
    if (this.#stopped) return;
    if (status.broadcastId !== this.options.broadcast.id || !isWatchable(status) || status.ended)
      return this.options.events.onEnded();
    if (status.origin === this.#origin) return;
    this.#origin = status.origin;
    this.#round?.abort();
    this.#round = null;
    if (status.origin === null) return this.options.events.onAway();
    const round = new AbortController();
    this.#round = round;
    void this.#readFrom(status.origin, round.signal);
  }

  async #readFrom(origin: string, over: AbortSignal) {
    const { broadcast, rendition, clock, watches, events } = this.options;
    const pauses = new Backoff(RETRY_PAUSES);
    while (!over.aborted) {
      const hasRead = await this.#readOnce(`${origin}/media/${broadcast.id}/${rendition}/live`, over);
      if (over.aborted) return;
      if (hasRead) pauses.reset();
      events.onAway();
      watches.doubt(broadcast.channelId);
      await clock.sleep(pauses.nextMs());
    }
  }

  /** Resolves with whether anything was read, when the stream has ended in whatever way. */
  async #readOnce(url: string, over: AbortSignal): Promise<boolean> {
    const { clock } = this.options;
    const one = new AbortController();
    const end = () => one.abort();
    // Not AbortSignal.any: see origin-reader.ts.
    over.addEventListener("abort", end);
    let cancelSilence = clock.timer(SILENT_MS, end);
    let hasRead = false;
    try {
      const response = await fetch(url, { signal: one.signal, redirect: "error" });
      originRequests.inc({ outcome: response.status === 200 ? "stream" : "away" });
      if (response.status !== 200 || !response.body) {
        await response.body?.cancel();
        return false;
      }
      const records = new RecordReader();
      let head: LiveHead | null = null;
      for await (const bytes of response.body) {
        cancelSilence();
        cancelSilence = clock.timer(SILENT_MS, end);
        for (const record of records.push(bytes)) {
          hasRead = true;
          head = this.#take(record, head);
        }
      }
      return hasRead;
    } catch {
      return hasRead;
    } finally {
      cancelSilence();
      over.removeEventListener("abort", end);
      one.abort();
    }
  }

  /** Returns the head whose init segment comes next; null: none. */
  #take(record: LiveRecord, head: LiveHead | null): LiveHead | null {
    const { events } = this.options;
    if (this.#stopped) return null;
    if (record.kind === RECORD.head)
      return record.bytes.length === 0 ? head : (JSON.parse(new TextDecoder().decode(record.bytes)) as LiveHead);
    if (record.kind === RECORD.init && head) events.onHead(head, record.bytes);
    else if (record.kind === RECORD.fragment) events.onFragment(record);
    return null;
  }
}
