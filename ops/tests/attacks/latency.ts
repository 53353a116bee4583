// Latency of other clients' requests during an attack.

import { patient } from "#schema/testing-slowness.ts";
import { quantiles } from "../support/quantiles.ts";

export interface Latency {
  /** Time of each request, lowest first. */
  tookMs: readonly number[];
  count: number;
  /** Requests with another status than 200, or without an answer. */
  failed: number;
  p50Ms: number;
  p99Ms: number;
}

/** Sends requests from a few clients until stopped, each 50 ms after the previous answer. */
export function startRequests(url: string, headers: Record<string, string> = {}, places = 3) {
  const tookMs: number[] = [];
  let failed = 0;
  let stopped = false;
  const work = Promise.all(
    Array.from({ length: places }, async () => {
      while (!stopped) {
        const startMs = performance.now();
        const response = await fetch(url, { headers, signal: AbortSignal.timeout(patient(10_000)) }).catch(() => null);
        await response?.arrayBuffer().catch(() => null);
        tookMs.push(performance.now() - startMs);
        if (response?.status !== 200) failed++;
        await Bun.sleep(50);
      }
    }),
  );
  return {
    async stop(): Promise<Latency> {
      stopped = true;
      await work;
      return waited(tookMs, failed);
    },
  };
}

/** Latency over several measurements, because a percentile of few requests says little. */
export const mergeLatencies = (all: Latency[]): Latency =>
  waited(
    all.flatMap(({ tookMs }) => tookMs),
    all.reduce((sum, { failed }) => sum + failed, 0),
  );

function waited(unsorted: number[], failed: number): Latency {
  const tookMs = unsorted.toSorted((a, b) => a - b);
  const { p50, p99 } = quantiles(tookMs);
  return { tookMs, count: tookMs.length, failed, p50Ms: p50, p99Ms: p99 };
}

export const formatLatency = ({ count, failed, p50Ms, p99Ms }: Latency) =>
  `p50 ${p50Ms.toFixed(1)} p99 ${p99Ms.toFixed(1)} ms (${count} requests, ${failed} failed)`;

/** Highest value of `read`, called 10 times a second until stopped. */
export function startPeak(read: () => number) {
  const first = read();
  let peak = first;
  const timer = setInterval(() => {
    peak = Math.max(peak, read());
  }, 100);
  return {
    stop() {
      clearInterval(timer);
      return { first, peak, grown: peak - first };
    },
  };
}
