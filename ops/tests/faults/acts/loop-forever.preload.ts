// Loaded into actor nodes of the fault suite before anything of theirs (`bun --preload`): on SIGUSR2 their event loop enters an
// endless loop, as by a handler that never returns. The product itself knows of no such thing.

// Not in a thread of the node: which of them a signal finds is left open.
if (Bun.isMainThread)
  process.on("SIGUSR2", () => {
    for (;;);
  });
