// How far away the server is, from the browser's own timing of a request: a busy page does not make it look far.

/** Seconds from the last request for `url` to its first byte; null while the browser has no timing of it. */
export function roundTripSeconds(url: string): number | null {
  const entry = performance.getEntriesByName(url, "resource").at(-1) as PerformanceResourceTiming | undefined;
  if (!entry?.requestStart || entry.responseStart < entry.requestStart) return null;
  return (entry.responseStart - entry.requestStart) / 1_000;
}
