// The page's clock: nothing else here asks the browser for the time or sets a timer.

/** Wall time, ms since 1970. */
export const wallMs = () => Date.now();

/** Calls `ring` once after `ms`. Returns a function that cancels; calling it late or twice is harmless. */
export function after(ms: number, ring: () => void): () => void {
  const timer = setTimeout(ring, ms);
  return () => clearTimeout(timer);
}

/** Calls `ring` each `ms`. Returns a function that ends it; may be called twice. */
export function every(ms: number, ring: () => void): () => void {
  const timer = setInterval(ring, ms);
  return () => clearInterval(timer);
}
