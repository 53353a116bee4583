// Where a live picture starts: as close to the edge as what this page has learned of the network allows.

import { BufferMargin } from "./buffer-margin.ts";
import { expectedJitterSeconds } from "./rate-controller.ts";

/** What a viewer's network taught is kept for the page. */
export const pageMargin = new BufferMargin();

/** From choosing a position to the first picture, usually: the edge moves on meanwhile. */
const START_TAKES_SECONDS = 0.15;

/** Distance from the end of the playlist. `roundTripSeconds`: to the first byte of an answer; null: unknown. */
export function startSecondsBehind(partSeconds: number, roundTripSeconds: number | null): number {
  const buffer = partSeconds + pageMargin.seconds(partSeconds) + expectedJitterSeconds(roundTripSeconds ?? 0);
  return Math.max(partSeconds, buffer - START_TAKES_SECONDS);
}
