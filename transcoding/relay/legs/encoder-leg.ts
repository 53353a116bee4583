// An encoder that stays: started with the first media of a format, started anew when the format changes or the process ends.

import { Backoff } from "#runtime/base/backoff.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { ProcessHost, ProcessInput } from "#runtime/process/process.ts";
import type { FedFormat, FedSample } from "../live/rendition-feed.ts";
import { encoders } from "../metrics.ts";
import { type EncoderKind, EncoderRun } from "./encoder-run.ts";
import type { NutPacket } from "./nut-reader.ts";

const PAUSES = { firstMs: 250, longestMs: 10_000 };
/** A run of this length is no failure to start. */
const SOUND_RUN_MS = 10_000;

/** How media of one format are encoded. */
export interface EncodingPlan {
  /** Equal for media that the same process can go on with. */
  key: string;
  kind: FedSample["kind"];
  /** `atMs`: media time of the first sample. */
  argv(atMs: number): string[];
  feed(input: ProcessInput, atMs: number): EncoderFeed;
  take(packet: NutPacket): void;
}

export interface EncoderFeed {
  sample(sample: FedSample): void;
  /** The process cannot be fed any longer: another one must be started. */
  readonly isWorn: boolean;
}

interface LegOptions {
  clock: Clock;
  log: Pick<Log, "info" | "warn">;
  processes: ProcessHost;
  kind: EncoderKind;
  /** Null: media of this format cannot be encoded. */
  plan(fed: FedFormat): EncodingPlan | null;
}

interface Run {
  process: EncoderRun;
  feed: EncoderFeed;
  startedMs: number;
}

export class EncoderLeg {
  #plan: EncodingPlan | null = null;
  #run: Run | null = null;
  #pausedUntilMs = 0;
  readonly #pauses = new Backoff(PAUSES);
  #ending: Promise<unknown> = Promise.resolve();
  #stopped = false;

  constructor(private readonly options: LegOptions) {
    encoders.inc({ encoder: options.kind });
  }

  /** What follows has this format. */
  begin(fed: FedFormat) {
    const plan = this.options.plan(fed);
    if (plan?.key === this.#plan?.key) return;
    this.#plan = plan;
    this.#endRun();
  }

  sample(sample: FedSample) {
    if (this.#stopped || sample.kind !== this.#plan?.kind) return;
    if (this.#run?.feed.isWorn) this.#endRun();
    const run = this.#run ?? this.#start(this.#plan, sample);
    if (!run) return;
    run.feed.sample(sample);
    run.process.offered(sample.decodeMs);
  }

  /** Resolves when nothing is left. May be called twice. */
  stop(): Promise<unknown> {
    if (!this.#stopped) encoders.dec({ encoder: this.options.kind });
    this.#stopped = true;
    this.#endRun();
    return this.#ending;
  }

  #start(plan: EncodingPlan, { decodeMs, key }: FedSample): Run | null {
    const { clock, kind, log } = this.options;
    const nowMs = clock.monoMs();
    if (!key || nowMs < this.#pausedUntilMs) return null;
    try {
      const process = new EncoderRun({
        ...this.options,
        argv: plan.argv(decodeMs),
        onPacket: (packet) => this.#run?.process === process && plan.take(packet),
        onExit: () => this.#run?.process === process && this.#exited(),
      });
      this.#run = { process, feed: plan.feed(process.input, decodeMs), startedMs: nowMs };
    } catch (error) {
      log.warn({ encoder: kind, why: reason(error) }, "encoder does not start");
      this.#pausedUntilMs = nowMs + this.#pauses.nextMs();
    }
    return this.#run;
  }

  #exited() {
    const nowMs = this.options.clock.monoMs();
    if (nowMs - this.#run!.startedMs >= SOUND_RUN_MS) this.#pauses.reset();
    this.#run = null;
    this.#pausedUntilMs = nowMs + this.#pauses.nextMs();
  }

  #endRun() {
    const run = this.#run;
    this.#run = null;
    if (run) this.#ending = Promise.all([this.#ending, run.process.stop()]);
  }
}
