// What a visitor has told the browser about motion and data.

/** WCAG 2.3.3: nothing moves by itself. */
export const isMotionReduced = () => globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;

/** Save Data (WICG Network Information): nothing is loaded that was not asked for. */
export const isDataSaved = () => (navigator as { connection?: { saveData?: boolean } }).connection?.saveData === true;
