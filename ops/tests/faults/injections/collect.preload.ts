// Loaded into actor nodes of the fault suite (`bun --preload`): on SIGURG all garbage is collected, so that what is left of the heap is in use.
// The product has no such code.

if (Bun.isMainThread) process.on("SIGURG", () => Bun.gc(true));
