// The page's source of random numbers; no other file of the app calls Math.random.

/** 0 ≤ x < 1. Not for secrets. */
export const random = () => Math.random();
