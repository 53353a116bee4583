// Time and chance of the client: in tests both are given by hand.

export interface ClientClock {
  /** Milliseconds that only rise. */
  nowMs(): number;
  /** Calls `ring` once, later; returns a function that cancels. */
  after(ms: number, ring: () => void): () => void;
  /** 0–1. */
  chance(): number;
}

export const systemClock: ClientClock = {
  nowMs: () => performance.now(),
  after(ms, ring) {
    const timer = setTimeout(ring, ms);
    return () => clearTimeout(timer);
  },
  chance: () => Math.random(),
};
