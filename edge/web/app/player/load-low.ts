// Live media by WebSocket, in a file of its own.

/** Call it as early as it is known that something will be played in this way. */
export const loadLow = () => import("./low/low-delivery.ts");
