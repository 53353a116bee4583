// The encoders that this node pulls for other nodes, so that it can go on where an owner has died (children/second.ts).

import { type Clock, everyWhileBusy } from "#runtime/base/clock.ts";
import { Counter } from "#runtime/base/metrics.ts";
import type { SecondLease } from "#schema/wire/second.ts";
import { KeptPull } from "#transcoding/intake/kept/kept-pull.ts";
import type { RtmpConnect } from "#transcoding/intake/rtmp/pull.ts";
import type { Ingests } from "./ingest.ts";

const taken = new Counter({
  name: "warm_seconds_taken_total",
  help: "Channels that this node went on with from what it had pulled before their owner was replaced",
});

/** An owner that asks no more is dead: this is as long as it can take to replace one. */
const LEASE_MS = 15_000;
const SWEEP_MS = 1_000;

interface SecondsOptions {
  clock: Clock;
  connect: RtmpConnect;
  ingests: Ingests;
  /** Media of all sources in memory; no further source is pulled above it. */
  bytesMax: number;
  /** This node pulls it for a channel of its own: whoever asks was replaced, and does not know it yet. */
  isPulled(publicName: string): boolean;
}

interface Second {
  pull: KeptPull;
  untilMs: number;
}

export class Seconds {
  /** By the name of the stream. */
  readonly #seconds = new Map<string, Second>();
  readonly #sweeping: ReturnType<typeof everyWhileBusy>;

  constructor(private readonly options: SecondsOptions) {
    const isIdle = () => this.#seconds.size === 0;
    this.#sweeping = everyWhileBusy(options.clock, SWEEP_MS, { work: () => this.#sweep(), isIdle });
  }

  get size() {
    return this.#seconds.size;
  }

  get bytes() {
    let bytes = 0;
    for (const { pull } of this.#seconds.values()) bytes += pull.bytes;
    return bytes;
  }

  /** The owner of a channel asks for it once more. */
  leased({ channelId, publicName, ingest, token }: SecondLease) {
    const { clock, connect, ingests, bytesMax, isPulled } = this.options;
    const untilMs = clock.monoMs() + LEASE_MS;
    const known = this.#seconds.get(publicName);
    if (known) known.untilMs = untilMs;
    const nginx = ingests.get(ingest);
    if (known || !nginx || this.bytes >= bytesMax || isPulled(publicName)) return;
    const url = nginx.pullUrl(publicName, channelId, token);
    // One that ends is begun again by the next lease.
    const pull = new KeptPull({ connect, clock, url, onClose: () => this.#forget(publicName, pull) });
    this.#seconds.set(publicName, { pull, untilMs });
    this.#sweeping.wake();
  }

  /** Pulls a source: goes on with the pull of a second where there is one. */
  readonly connect: RtmpConnect = (options) => {
    const name = nameIn(options.url);
    const pull = this.#seconds.get(name)?.pull;
    this.#seconds.delete(name);
    if (pull?.stands) {
      taken.inc();
      return pull.take(options);
    }
    pull?.close();
    return this.options.connect(options);
  };

  stop() {
    this.#sweeping.stop();
    for (const { pull } of this.#seconds.values()) pull.close();
    this.#seconds.clear();
  }

  #sweep() {
    const nowMs = this.options.clock.monoMs();
    for (const [name, { pull, untilMs }] of this.#seconds) {
      if (untilMs > nowMs) continue;
      this.#seconds.delete(name);
      pull.close();
    }
  }

  #forget(name: string, pull: KeptPull) {
    if (this.#seconds.get(name)?.pull === pull) this.#seconds.delete(name);
  }
}

/** The last part of an address, without its query. */
const nameIn = (url: string) => url.replace(/\?.*$/, "").replace(/^.*\//, "");
