// When sockets come back that are sent away together.

const SHORTEST_MS = 2_000;
const LONGEST_MS = 30_000;
/** A socket's join at another edge, with room for what else happens there. */
const JOIN_MS = 1;

/** The time over which so many sockets are spread: each gets a random part of it, at least half. */
export const comeBackMs = (sockets: number) => Math.min(LONGEST_MS, Math.max(SHORTEST_MS, sockets * JOIN_MS));
