// An RTMP message, and the error of bytes that are none.

/** Message types that we use (RTMP 1.0 §5.4 and §7.1). */
export const MESSAGE = {
  setChunkSize: 1,
  abort: 2,
  userControl: 4,
  windowSize: 5,
  audio: 8,
  video: 9,
  data: 18,
  command: 20,
  aggregate: 22,
  acknowledgement: 3,
} as const;

export interface RtmpMessage {
  type: number;
  /** Milliseconds mod 2^32, as the server sends them. */
  timestamp: number;
  /** Owned by the receiver. */
  body: Uint8Array;
  /** Monotonic ms at which it came, if that is not now. */
  arrivedMs?: number;
}

/** The server does not speak RTMP, or passes a limit. Ends a pull, never the process. */
export class RtmpError extends Error {
  override readonly name = "RtmpError";
}
