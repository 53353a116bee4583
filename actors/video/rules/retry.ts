// When a try that the world has spoilt is made again.

const FIRST_MS = 10_000;
const LONGEST_MS = 600_000;

/** `tries`: failures before this one. */
export const retryAtMs = (tries: number, nowMs: number) => nowMs + Math.min(LONGEST_MS, FIRST_MS * 4 ** tries);
