// How long other people wait while an attack goes on.

import { quantiles } from "../support/quantiles.ts";

export interface Waited {
  /** Of each request, lowest first. */
  tookMs: readonly number[];
  count: number;
  /** Answers that were not 200, or none at all. */
  failed: number;
  p50Ms: number;
  p99Ms: number;
}

/** Asks from a few places until stopped, each again 50 ms after its answer. */
export function startAsking(url: string, headers: Record<string, string> = {}, places = 3) {
  const tookMs: number[] = [];
  let failed = 0;
  let stopped = false;
  const work = Promise.all(
    Array.from({ length: places }, async () => {
      while (!stopped) {
        const startMs = performance.now();
        const response = await fetch(url, { headers, signal: AbortSignal.timeout(10_000) }).catch(() => null);
        await response?.arrayBuffer().catch(() => null);
        tookMs.push(performance.now() - startMs);
        if (response?.status !== 200) failed++;
        await Bun.sleep(50);
      }
    }),
  );
  return {
    async stop(): Promise<Waited> {
      stopped = true;
      await work;
      return waited(tookMs, failed);
    },
  };
}

/** Of several times of asking together: a percentile of few says little. */
export const together = (all: Waited[]): Waited =>
  waited(
    all.flatMap(({ tookMs }) => tookMs),
    all.reduce((sum, { failed }) => sum + failed, 0),
  );

function waited(unsorted: number[], failed: number): Waited {
  const tookMs = unsorted.toSorted((a, b) => a - b);
  const { p50, p99 } = quantiles(tookMs);
  return { tookMs, count: tookMs.length, failed, p50Ms: p50, p99Ms: p99 };
}

export const spell = ({ count, failed, p50Ms, p99Ms }: Waited) =>
  `p50 ${p50Ms.toFixed(1)} p99 ${p99Ms.toFixed(1)} ms (${count} asked, ${failed} failed)`;

/** Highest value of what is asked 10 times a second, from now until stopped. */
export function startPeak(ask: () => number) {
  const first = ask();
  let peak = first;
  const timer = setInterval(() => {
    peak = Math.max(peak, ask());
  }, 100);
  return {
    stop() {
      clearInterval(timer);
      return { first, peak, grown: peak - first };
    },
  };
}
