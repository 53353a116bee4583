// For tests only: time limits that fit the speed of this machine. They were chosen on two fast cores.

/** How many times slower this machine is: TEST_SLOWNESS, which `npm test` measures. At least 1; default 1. */
export const SLOWNESS = Math.max(1, Number(process.env.TEST_SLOWNESS) || 1);

/** Scales a time limit by SLOWNESS. */
export const patient = (ms: number) => Math.round(ms * SLOWNESS);
