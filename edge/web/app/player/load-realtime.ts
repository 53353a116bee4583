// Live media by WebRTC, in a file of its own.

/** Call it as early as it is known that something will be played in this way. */
export const loadRealtime = () => import("./realtime/realtime-delivery.ts");
