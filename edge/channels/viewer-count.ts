// The number of viewers of one channel at this edge, published to the channel's owner until the channel is no longer watched.

import type { Clock } from "#runtime/base/clock.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { ViewersReport } from "#schema/wire/channel.ts";
import { subjects } from "#schema/wire/subjects.ts";

/** Repeated in this time, changed or not. */
const PUBLISH_MS = 2_000;
/** A changed count is published at most once in this time. */
const PUBLISH_CHANGE_MS = 1_000;

interface ViewerCountOptions {
  bus: Bus;
  clock: Clock;
  edgeId: string;
  channelId: string;
}

export class ViewerCount {
  #count = 0;
  #published = 0;
  #publishedMs = 0;

  constructor(private readonly options: ViewerCountOptions) {}

  get value() {
    return this.#count;
  }

  set(count: number) {
    this.#count = count;
    if (this.#sinceMs() >= PUBLISH_CHANGE_MS) this.#publishChange();
  }

  /** Publishes if it is time. */
  tick() {
    const sinceMs = this.#sinceMs();
    if (sinceMs >= PUBLISH_MS) this.publish();
    else if (sinceMs >= PUBLISH_CHANGE_MS) this.#publishChange();
  }

  publish() {
    const { bus, clock, edgeId, channelId } = this.options;
    this.#publishedMs = clock.monoMs();
    this.#published = this.#count;
    const body: ViewersReport = { edge: edgeId, count: this.#count };
    bus.publish(subjects.viewers(channelId), body);
  }

  #sinceMs() {
    return this.options.clock.monoMs() - this.#publishedMs;
  }

  #publishChange() {
    if (this.#count !== this.#published) this.publish();
  }
}
