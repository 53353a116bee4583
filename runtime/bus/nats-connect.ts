// The first connection to NATS, and how its client is to behave from then on.

import { type ConnectionOptions, connect, type NatsConnection, NatsError } from "nats";
import type { Clock } from "../base/clock.ts";
import type { NatsAddress } from "./nats-address.ts";
import type { Refusals } from "./nats-refusals.ts";

/** Between two tries at the same server; a second one in the list is tried at once. */
const RETRY_MS = 100;

interface FirstConnectionOptions extends NatsAddress {
  name: string;
  clock: Clock;
  refusals: Refusals;
}

/** Waits as long as it takes. The client would do so by itself, and not say that it is our user which the server refuses. */
export async function firstConnection(first: FirstConnectionOptions): Promise<NatsConnection> {
  const { clock, refusals, ...place } = first;
  const options: ConnectionOptions = {
    ...place,
    maxReconnectAttempts: -1,
    // Else the client is closed for good when it was refused twice, as while a server is given new users.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: RETRY_MS,
    reconnectJitter: 100,
    // A try whose first packet was lost says nothing and asks ever more rarely: the next one finds out that the cut is over.
    timeout: 2_000,
    // A dead server whose socket stays open is noticed at the third ping without an answer: within 6 s, before an owner that
    // hears nothing must stop what it runs.
    pingInterval: 2_000,
    maxPingOut: 2,
  };
  for (;;)
    try {
      const connection = await connect(options);
      refusals.takenIn();
      return connection;
    } catch (error) {
      if (error instanceof NatsError && error.isAuthError()) refusals.signIn();
      await clock.sleep(RETRY_MS);
    }
}
