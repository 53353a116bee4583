// How a chat's frames travel: as they are, or in packets of socket.io (Engine.IO protocol 4).

export interface Dialect {
  /** Path and query of the socket. */
  path(channel: string): string;
  /** Frames may be sent as soon as the WebSocket is open; else once a packet says so. */
  readonly isReadyAtOnce: boolean;
  wrap(frame: string): string;
  /** The frame in a packet. `reply`: a packet without a frame, and what must be answered. */
  unwrap(packet: Buffer): Buffer | { reply: string | null; isReady?: true };
}

export const plain: Dialect = {
  path: (channel) => `/api/v1/channels/${channel}/chat`,
  isReadyAtOnce: true,
  wrap: (frame) => frame,
  unwrap: (packet) => packet,
};

const EVENT = '42["f",';

export const socketIo: Dialect = {
  path: () => "/socket.io/?EIO=4&transport=websocket",
  isReadyAtOnce: false,
  wrap: (frame) => `${EVENT}${frame}]`,
  unwrap(packet) {
    if (packet.length > EVENT.length && packet[0] === 0x34 && packet[1] === 0x32)
      return packet.subarray(EVENT.length, packet.length - 1);
    const kind = packet.toString("latin1", 0, 2);
    if (kind[0] === "0") return { reply: "40" }; // Engine.IO is open: connect to the namespace.
    if (kind === "40") return { reply: null, isReady: true };
    return { reply: kind[0] === "2" ? "3" : null }; // Ping and pong.
  },
};

export const dialects = { plain, socketIo };
export type DialectName = keyof typeof dialects;
