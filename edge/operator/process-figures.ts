// What a process shows of itself, for lists of nodes and edges: memory, stalls, and the cores that it used since it was last asked.

import { LruMap } from "#runtime/base/lru.ts";
import { metricIn } from "./metrics-text.ts";

export interface ProcessFigures {
  cores: number | null;
  memoryBytes: number | null;
  loopDelayMs: number | null;
}

/** Processes that were asked before. */
const KNOWN_MAX = 500;
/** A shorter time says nothing about cores. */
const APART_MS_MIN = 900;

export class FiguresReader {
  readonly #before = new LruMap<string, { atMs: number; cpuSeconds: number; cores: number | null }>(KNOWN_MAX);

  /** Without a clock nothing is known of cores. */
  constructor(private readonly clock: { monoMs(): number } = { monoMs: () => 0 }) {}

  /** `text`: of `/metrics` of the process; null: it does not answer. */
  read(process: string, text: string | null): ProcessFigures {
    const delaySeconds = figure(text, "event_loop_delay_max_seconds");
    return {
      cores: text === null ? null : this.#cores(process, metricIn(text, "process_cpu_seconds_total") ?? 0),
      memoryBytes: figure(text, "process_resident_memory_bytes"),
      loopDelayMs: delaySeconds === null ? null : Math.round(delaySeconds * 1_000),
    };
  }

  #cores(process: string, cpuSeconds: number): number | null {
    const atMs = this.clock.monoMs();
    const before = this.#before.get(process);
    // Two who look at once would else see noise.
    if (before && atMs - before.atMs < APART_MS_MIN) return before.cores;
    const seconds = before ? (atMs - before.atMs) / 1_000 : 0;
    const cores = before && cpuSeconds >= before.cpuSeconds ? round((cpuSeconds - before.cpuSeconds) / seconds) : null;
    this.#before.set(process, { atMs, cpuSeconds, cores });
    return cores;
  }
}

/** Null also for a process that does not show it. */
const figure = (text: string | null, name: string) => (text?.includes(`\n${name} `) ? metricIn(text, name) : null);

const round = (cores: number) => Math.round(cores * 1_000) / 1_000;
