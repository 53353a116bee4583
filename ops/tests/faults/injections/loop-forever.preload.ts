// Loaded into actor nodes of the fault suite before their own code (`bun --preload`): on SIGUSR2 the event loop enters an endless loop,
// as by a handler that never returns. The product has no such code.

// Only in the main thread, because a signal may reach any thread.
if (Bun.isMainThread)
  process.on("SIGUSR2", () => {
    for (;;);
  });
