// The number of viewers of one channel at this edge, published to the channel's owner until the channel is no longer watched.

import type { Clock } from "#runtime/base/clock.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import type { ViewersReport } from "#schema/wire/channel.ts";
import type { PlayersDigest } from "#schema/wire/players.ts";
import { subjects } from "#schema/wire/subjects.ts";

/** Repeated in this time, changed or not. */
const PUBLISH_MS = 2_000;
/** A changed count is published at most once in this time. */
const PUBLISH_CHANGE_MS = 1_000;

/** The viewers of one channel at this edge. */
export interface ViewersHere {
  count: number;
  /** Of their keys: see schema/wire/viewers.ts. */
  sketch(): string;
  /** How playback goes; null: no player says. */
  players?(): PlayersDigest | null;
}

const NOBODY: ViewersHere = { count: 0, sketch: () => "" };

interface ViewerCountOptions {
  bus: Bus;
  clock: Clock;
  edgeId: string;
  channelId: string;
}

export class ViewerCount {
  #here = NOBODY;
  #published = 0;
  #publishedMs = 0;

  constructor(private readonly options: ViewerCountOptions) {}

  get value() {
    return this.#here.count;
  }

  set(here: ViewersHere) {
    this.#here = here;
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
    const { count } = this.#here;
    this.#published = count;
    const players = this.#here.players?.() ?? null;
    const body: ViewersReport = {
      edge: edgeId,
      count,
      ...(count > 0 && { sketch: this.#here.sketch() }),
      ...(players && { players }),
    };
    bus.publish(subjects.viewers(channelId), body);
  }

  #sinceMs() {
    return this.options.clock.monoMs() - this.#publishedMs;
  }

  #publishChange() {
    if (this.value !== this.#published) this.publish();
  }
}
