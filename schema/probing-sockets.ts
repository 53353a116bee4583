// Connections to a PostgreSQL that may be away: while it is in doubt, one connection of the pool tries, and the others share its fate. A pool that
// kept trying with all of them would fill the server's queue with connections that nobody waits for any more, each of which costs it a process:
// after a minute it would need as long again to work them off.

import { Socket } from "node:net";
import type { Timer } from "./impatient-socket.ts";

/** First byte of an ErrorResponse (PostgreSQL: Message Formats), such as "the database system is starting up". */
const ERROR_RESPONSE = 0x45;

/** A try that says nothing for this long is joined by a second one. A server that is just restarting may accept a connection and never answer it,
 *  while it answers the next one at once. */
const SECOND_TRY_MS = 400;

/** What the connections of a pool wait for while the server is in doubt. */
interface Probe {
  /** Tries whose end is not known. */
  tries: number;
  secondIsTaken: boolean;
  /** Whether the server answers. */
  verdict: PromiseWithResolvers<boolean>;
}

/** Each call of the result opens a socket by `open`, or returns one that fails as soon as it is used. */
export function probingSockets(open: () => Socket, clock: Timer): () => Promise<Socket> {
  /** What was heard last of the server was a failure. */
  let inDoubt = false;
  let probe: Probe | null = null;

  async function opened(): Promise<Socket> {
    if (!inDoubt) return watched(open(), null);
    if (!probe) {
      probe = { tries: 1, secondIsTaken: false, verdict: Promise.withResolvers() };
      return watched(open(), probe);
    }
    const shared = probe;
    if (!shared.secondIsTaken) {
      shared.secondIsTaken = true;
      if (await lasts(shared, SECOND_TRY_MS)) {
        shared.tries++;
        return watched(open(), shared);
      }
    }
    return (await shared.verdict.promise) ? watched(open(), null) : failing(clock);
  }

  /** Resolves with whether there is no verdict after `ms`. */
  function lasts({ verdict }: Probe, ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const cancel = clock.timer(ms, () => resolve(true));
      void verdict.promise.then(() => {
        cancel();
        resolve(false);
      });
    });
  }

  function watched(socket: Socket, of: Probe | null): Socket {
    const learn = (answers: boolean) => {
      inDoubt = !answers;
      if (of) of.tries--;
      // An answer ends any probe; silence ends its own, if no other try of it is open.
      if (answers) conclude(probe, true);
      else if (of?.tries === 0) conclude(of, false);
    };
    const onData = (bytes: Uint8Array) => {
      socket.off("close", onClose);
      learn(bytes[0] !== ERROR_RESPONSE);
    };
    const onClose = () => learn(false);
    socket.once("data", onData);
    socket.once("close", onClose);
    return socket;
  }

  function conclude(ended: Probe | null, answers: boolean) {
    ended?.verdict.resolve(answers);
    if (probe === ended) probe = null;
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
