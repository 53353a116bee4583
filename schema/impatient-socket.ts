// A connection to PostgreSQL that ends itself when the other side has gone silent. TCP alone may take a quarter of an hour to notice
// that a statement's answer will never come, and until then the pool goes on using the connection.

import { connect, type Socket } from "node:net";

export interface ImpatientSocketOptions {
  /** As postgres.js reads them from the URL: several when the URL names several. */
  host: string[];
  port: number[];
  /** Of a unix socket; false: none. */
  path?: string | false;
  /** Something was said and nothing heard for so long: the connection is over. Infinity: never. */
  silentMs: number;
}

/** Silence is counted in turns of our own event loop: a process that stood still blames nobody else. */
const TURNS = 14;

/** Gives sockets that are on their way, to one host after the other. They fail with `ETIMEDOUT`. */
export function impatientSockets({ host, port, path, silentMs }: ImpatientSocketOptions): () => Socket {
  let next = 0;
  return () => {
    const at = next++ % host.length;
    const socket = path ? connect({ path }) : connect({ host: host[at] ?? "", port: port[at] ?? 0 });
    if (Number.isFinite(silentMs)) endWhenSilent(socket, silentMs);
    // For the driver's error messages, as on its own sockets.
    return Object.assign(socket, { host: host[at], port: port[at] });
  };
}

function endWhenSilent(socket: Socket, silentMs: number) {
  let heardBytes = 0;
  let saidBeforeBytes = 0;
  let silentTurns = 0;
  // With every piece that is heard, all that was said before counts as answered; what was not is asked for again by its successors.
  const heard = () => {
    saidBeforeBytes = socket.bytesWritten;
  };
  const turn = setInterval(() => {
    if (socket.destroyed) return clearInterval(turn);
    const isSilent = socket.bytesRead === heardBytes && socket.bytesWritten > saidBeforeBytes;
    heardBytes = socket.bytesRead;
    silentTurns = isSilent ? silentTurns + 1 : 0;
    if (silentTurns < TURNS) return;
    clearInterval(turn);
    const error = new Error(`the database did not answer within ${silentMs} ms`);
    socket.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
  }, silentMs / TURNS);
  turn.unref();
  socket.on("data", heard);
  socket.once("close", () => clearInterval(turn));
}
