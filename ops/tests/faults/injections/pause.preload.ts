// Loaded into actor nodes of the fault suite (`bun --preload`): on SIGWINCH the event loop stands still for a second; on SIGIO
// too, while memory fills with garbage that is collected repeatedly. The product has no such code.

const PAUSE_MS = 1_000;
const GARBAGE_BYTES = 300 * 1024 * 1024;
const STRING_BYTES = 1_000;

function standStill(turn: () => void) {
  const endMs = performance.now() + PAUSE_MS;
  while (performance.now() < endMs) turn();
}

if (Bun.isMainThread) {
  process.on("SIGWINCH", () => standStill(() => {}));
  process.on("SIGIO", () => {
    const garbage: { text: string }[] = [];
    let n = 0;
    standStill(() => {
      for (let made = 0; made < 20_000 && garbage.length * STRING_BYTES < GARBAGE_BYTES; made++)
        garbage.push({ text: String(n++).padEnd(STRING_BYTES, "x") });
      Bun.gc(true);
    });
  });
}
