// Quantiles of measurements.

/** The value that a `share` of the measurements does not exceed; NaN without measurements. */
export const quantile = (values: readonly number[], share: number): number =>
  ofSorted(Float64Array.from(values).sort(), share);

export function quantiles(values: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = Float64Array.from(values).sort();
  return { p50: ofSorted(sorted, 0.5), p99: ofSorted(sorted, 0.99), max: ofSorted(sorted, 1) };
}

const ofSorted = (sorted: Float64Array, share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
