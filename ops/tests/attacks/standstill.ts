// Notices that this machine stood still: it slept, or its host froze it. What failed meanwhile says nothing about the system.

/** A process that waits does not lack its processor for so long on any machine that runs. */
export const STANDSTILL_MS = 5_000;
const LOOK_MS = 100;

/** The longest time so far in which this process was not run. */
export function watchStandstill() {
  let [lastMs, longestMs] = [performance.now(), 0];
  const look = () => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs);
    lastMs = nowMs;
    return longestMs;
  };
  const timer = setInterval(look, LOOK_MS);
  return { longestMs: look, stop: () => clearInterval(timer) };
}
