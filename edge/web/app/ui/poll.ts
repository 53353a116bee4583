// Asks again and again while the page is looked at.

/** Runs at once, then `everyMs` after each answer, never hidden and never twice at a time. Returns how to end it. */
export function poll(everyMs: number, ask: (signal: AbortSignal) => Promise<void>): () => void {
  const ending = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  const run = async () => {
    clearTimeout(timer);
    if (busy || ending.signal.aborted || document.visibilityState === "hidden") return;
    busy = true;
    try {
      await ask(ending.signal);
    } finally {
      busy = false;
      if (!ending.signal.aborted) timer = setTimeout(() => void run(), everyMs);
    }
  };
  document.addEventListener("visibilitychange", () => void run(), { signal: ending.signal });
  void run();
  return () => {
    clearTimeout(timer);
    ending.abort();
  };
}
