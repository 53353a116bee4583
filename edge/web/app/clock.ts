// The page's clock: the only file of the app that reads the time or sets timers.

/** Wall time, ms since 1970. */
export const wallMs = () => Date.now();

/** Time since the page was opened, ms; never jumps. */
export const steadyMs = () => performance.now();

/** Calls `run` once after `ms`. Returns a function that cancels; calling it late or twice is harmless. */
export function after(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** Calls `run` every `ms`. Returns a function that stops it; may be called twice. */
export function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms);
  return () => clearInterval(timer);
}
