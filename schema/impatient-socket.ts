// A connection to PostgreSQL that closes itself when the server is silent for too long. TCP alone may take 15 minutes to notice a lost
// server, and until then the pool keeps using the connection.

import { connect, type Socket } from "node:net";

/** Calls `ring` once after `ms`. Returns a function that cancels the timer. */
export interface Timer {
  timer(ms: number, ring: () => void): () => void;
}

export interface ImpatientSocketOptions {
  /** As postgres.js parses them from the URL, which may name several. */
  host: string[];
  port: number[];
  /** Path of a Unix socket; false: none. */
  path?: string | false;
  /** The socket closes when it has sent something and received nothing for this long. Infinity: never. */
  silentMs: number;
  clock: Timer & { monoMs(): number };
  /** Called with the time from what was sent while nothing was unanswered until the answer began. */
  onAnswer?(ms: number): void;
}

/** Silence is counted in timer turns of our own event loop, so that a paused process does not take its own pause for silence. */
const TURNS = 14;

/** Each call of the result opens a socket to the next host in turn. A socket that was silent for too long fails with `ETIMEDOUT`. */
export function impatientSockets(options: ImpatientSocketOptions): () => Socket {
  const { host, port, path, silentMs } = options;
  let next = 0;
  return () => {
    const at = next++ % host.length;
    const socket = path ? connect({ path }) : connect({ host: host[at] ?? "", port: port[at] ?? 0 });
    if (Number.isFinite(silentMs)) endWhenSilent(socket, options);
    // The driver's error messages read these properties.
    return Object.assign(socket, { host: host[at], port: port[at] });
  };
}

type Patience = Pick<ImpatientSocketOptions, "silentMs" | "clock" | "onAnswer">;

function endWhenSilent(socket: Socket, { silentMs, clock, onAnswer }: Patience) {
  let askedMs: number | null = null;
  let heardBytes = 0;
  let saidBeforeBytes = 0;
  let silentTurns = 0;
  // The timer runs only while something is unanswered: an idle pool wakes no process.
  let cancel: (() => void) | null = null;
  const rest = () => {
    cancel?.();
    cancel = null;
  };
  const wait = () => {
    cancel = clock.timer(silentMs / TURNS, turn);
  };
  const write = socket.write.bind(socket) as (...words: unknown[]) => boolean;
  socket.write = (...words: unknown[]) => {
    if (cancel === null && !socket.destroyed) {
      heardBytes = socket.bytesRead;
      silentTurns = 0;
      askedMs = clock.monoMs();
      wait();
    }
    return write(...words);
  };
  // Received data counts as an answer to everything sent before. If one statement stays unanswered, the silence after the next one is noticed.
  socket.on("data", () => {
    saidBeforeBytes = socket.bytesWritten;
    if (askedMs !== null) onAnswer?.(clock.monoMs() - askedMs);
    askedMs = null;
    rest();
  });
  socket.once("close", rest);

  function turn() {
    if (socket.destroyed) return;
    const isSilent = socket.bytesRead === heardBytes && socket.bytesWritten > saidBeforeBytes;
    heardBytes = socket.bytesRead;
    silentTurns = isSilent ? silentTurns + 1 : 0;
    cancel = null;
    if (silentTurns < TURNS) return wait();
    const error = new Error(`the database did not answer within ${silentMs} ms`);
    socket.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
  }
}
