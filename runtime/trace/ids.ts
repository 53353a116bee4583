// Ids of traces and spans. A span has one for each request, so they are counted from a random start: random bytes would cost more than the rest.

import { type Random, randomHex } from "../base/random.ts";

export interface TraceIds {
  trace(): string;
  span(): string;
}

const COUNT_MAX = 2 ** 32;

export function createTraceIds(random: Random): TraceIds {
  const prefix = randomHex(random, 4);
  let last = Number.parseInt(randomHex(random, 4), 16);
  return {
    trace: () => randomHex(random, 16),
    span() {
      last = (last + 1) % COUNT_MAX;
      // Never all zeros.
      return `${prefix === "00000000" ? "00000001" : prefix}${last.toString(16).padStart(8, "0")}`;
    },
  };
}
