// A connection to PostgreSQL that ends itself when the other side has gone silent. TCP alone may take a quarter of an hour to notice
// that a statement's answer will never come, and until then the pool goes on using the connection.

import { connect, type Socket } from "node:net";

/** `ring` once after `ms`; the answer cancels it. */
export interface Timer {
  timer(ms: number, ring: () => void): () => void;
}

export interface ImpatientSocketOptions {
  /** As postgres.js reads them from the URL: several when the URL names several. */
  host: string[];
  port: number[];
  /** Of a unix socket; false: none. */
  path?: string | false;
  /** Something was said and nothing heard for so long: the connection is over. Infinity: never. */
  silentMs: number;
  clock: Timer;
}

/** Silence is counted in turns of our own event loop: a process that stood still blames nobody else. */
const TURNS = 14;

/** Gives sockets that are on their way, to one host after the other. They fail with `ETIMEDOUT`. */
export function impatientSockets({ host, port, path, silentMs, clock }: ImpatientSocketOptions): () => Socket {
  let next = 0;
  return () => {
    const at = next++ % host.length;
    const socket = path ? connect({ path }) : connect({ host: host[at] ?? "", port: port[at] ?? 0 });
    if (Number.isFinite(silentMs)) endWhenSilent(socket, { silentMs, clock });
    // For the driver's error messages, as on its own sockets.
    return Object.assign(socket, { host: host[at], port: port[at] });
  };
}

function endWhenSilent(socket: Socket, { silentMs, clock }: Pick<ImpatientSocketOptions, "silentMs" | "clock">) {
  let heardBytes = 0;
  let saidBeforeBytes = 0;
  let silentTurns = 0;
  let cancel = clock.timer(silentMs / TURNS, turn);
  // With every piece that is heard, all that was said before counts as answered; what was not is asked for again by its successors.
  socket.on("data", () => {
    saidBeforeBytes = socket.bytesWritten;
  });
  socket.once("close", () => cancel());

  function turn() {
    if (socket.destroyed) return;
    const isSilent = socket.bytesRead === heardBytes && socket.bytesWritten > saidBeforeBytes;
    heardBytes = socket.bytesRead;
    silentTurns = isSilent ? silentTurns + 1 : 0;
    if (silentTurns < TURNS) {
      cancel = clock.timer(silentMs / TURNS, turn);
      return;
    }
    const error = new Error(`the database did not answer within ${silentMs} ms`);
    socket.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
  }
}
