// A closed loop of calls: a fixed number in flight, each followed by the next as soon as it is answered.

import { quantiles } from "../../support/quantiles.ts";

export interface Load {
  calls: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

export async function load(call: () => Promise<unknown>, inFlight: number, ms: number): Promise<Load> {
  const tookMs: number[] = [];
  const startMs = performance.now();
  const endMs = startMs + ms;
  const client = async () => {
    for (let askedMs = performance.now(); askedMs < endMs; ) {
      await call();
      const answeredMs = performance.now();
      tookMs.push(answeredMs - askedMs);
      askedMs = answeredMs;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  const seconds = (performance.now() - startMs) / 1_000;
  const { p50, p99 } = quantiles(tookMs);
  return { calls: tookMs.length, perSecond: tookMs.length / seconds, p50Ms: p50, p99Ms: p99 };
}
