// Connections to a PostgreSQL that may be away: while it is in doubt, one connection of the pool tries, and the others share its fate. A pool that
// kept trying with all of them would fill the server's queue with connections that nobody waits for any more, each of which costs it a process:
// after a minute it would need as long again to work them off.

import { Socket } from "node:net";
import type { Timer } from "./impatient-socket.ts";

/** First byte of an ErrorResponse (PostgreSQL: Message Formats), such as "the database system is starting up". */
const ERROR_RESPONSE = 0x45;

/** Each call of the result opens a socket by `open`, or returns one that fails as soon as it is used. */
export function probingSockets(open: () => Socket, clock: Timer): () => Promise<Socket> {
  /** What was heard last of the server was a failure. */
  let inDoubt = false;
  /** Resolves with whether the server answers. */
  let probe: Promise<boolean> | null = null;

  async function opened(): Promise<Socket> {
    if (!inDoubt) return watched(open()).socket;
    if (probe) return (await probe) ? watched(open()).socket : failing(clock);
    const { socket, answers } = watched(open());
    probe = answers.finally(() => {
      probe = null;
    });
    return socket;
  }

  function watched(socket: Socket): { socket: Socket; answers: Promise<boolean> } {
    const { promise: answers, resolve } = Promise.withResolvers<boolean>();
    const learn = (answered: boolean) => {
      inDoubt = !answered;
      resolve(answered);
    };
    const onData = (bytes: Uint8Array) => {
      socket.off("close", onClose);
      learn(bytes[0] !== ERROR_RESPONSE);
    };
    const onClose = () => learn(false);
    socket.once("data", onData);
    socket.once("close", onClose);
    return { socket, answers };
  }
  return opened;
}

function failing(clock: Timer): Socket {
  const socket = new Socket();
  const error = Object.assign(new Error("the database does not answer"), { code: "ETIMEDOUT" });
  // The driver says its first word at once, and must hear this error instead of what comes of that.
  socket.write = () => true;
  clock.timer(0, () => void socket.destroy(error));
  return socket;
}
