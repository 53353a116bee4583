// Repeats a request while the page is visible.

import { after } from "../clock.ts";

/** Runs at once, then `everyMs` after each answer; never while hidden, never two at a time. Returns a function that stops it. */
export function poll(everyMs: number | (() => number), ask: (signal: AbortSignal) => Promise<void>): () => void {
  const pauseMs = typeof everyMs === "number" ? () => everyMs : everyMs;
  const ending = new AbortController();
  let cancel = () => {};
  let busy = false;
  const run = async () => {
    cancel();
    if (busy || ending.signal.aborted || document.visibilityState === "hidden") return;
    busy = true;
    try {
      await ask(ending.signal);
    } finally {
      busy = false;
      if (!ending.signal.aborted) cancel = after(pauseMs(), () => void run());
    }
  };
  document.addEventListener("visibilitychange", () => void run(), { signal: ending.signal });
  void run();
  return () => {
    cancel();
    ending.abort();
  };
}
