// Calls several actors without a pause, and records answers, failures and latencies.

import type { Stage } from "../stage.ts";

export interface Called {
  count: number;
  /** Calls that were refused or not answered in time. */
  failures: string[];
  /** Latencies in ms. */
  p50: number;
  p99: number;
  max: number;
}

export interface Calls {
  finish(): Promise<Called>;
}

const EVERY_MS = 20;
const TIMEOUT_MS = 5_000;

/** Requests status and health of each channel, one call after the other, until `finish`. */
export function callAll({ caller }: Stage, channelIds: string[]): Calls {
  const tookMs: number[] = [];
  const failures: string[] = [];
  let finished = false;
  const ask = async (id: string, type: "describe" | "health") => {
    while (!finished) {
      const startMs = performance.now();
      await caller.call("channel", id, { type }, { timeoutMs: TIMEOUT_MS }).then(
        () => tookMs.push(performance.now() - startMs),
        (error) => failures.push(`${type} of ${id} after ${Math.round(performance.now() - startMs)} ms: ${error}`),
      );
      await Bun.sleep(EVERY_MS);
    }
  };
  const asking = Promise.all(channelIds.flatMap((id) => [ask(id, "describe"), ask(id, "health")]));
  return {
    async finish() {
      finished = true;
      await asking;
      const sorted = tookMs.sort((a, b) => a - b);
      const at = (share: number) =>
        Math.round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0);
      return { count: sorted.length + failures.length, failures, p50: at(0.5), p99: at(0.99), max: at(1) };
    },
  };
}
