// The page's chance: nothing else here asks the browser for it.

/** 0 ≤ x < 1. Not for secrets. */
export const random = () => Math.random();
