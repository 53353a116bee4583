// For tests only: their limits on this machine. They were chosen on one with two fast cores.

/** How much slower this machine is: TEST_SLOWNESS, which `npm test` measures. At least 1, and 1 by default. */
export const SLOWNESS = Math.max(1, Number(process.env.TEST_SLOWNESS) || 1);

/** A limit that grows with the machine's slowness. */
export const patient = (ms: number) => Math.round(ms * SLOWNESS);
