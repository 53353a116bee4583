// How often frames of live media may be written: writes cost the same whatever is in them.

/** Below it each fragment is a frame of its own. */
const CALM_MS = 15;
const FRAME_EVERY_MAX_MS = 250;

/** The shortest time between two frames to the same viewers; 0: none. */
export const frameEveryMs = (lagMs: number): number => (lagMs < CALM_MS ? 0 : Math.min(FRAME_EVERY_MAX_MS, 2 * lagMs));
