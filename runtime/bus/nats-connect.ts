// Opens the connection to NATS and configures how the client reconnects.

import { type ConnectionOptions, connect, type NatsConnection, NatsError } from "nats";
import type { Clock } from "../base/clock.ts";
import type { NatsAddress } from "./nats-address.ts";
import type { Refusals } from "./nats-refusals.ts";

/** Pause between two tries at the same server; a second server in the list is tried at once. */
const RETRY_MS = 50;
/** Added by chance, so that not all clients come at once. */
const RETRY_JITTER_MS = 100;

interface FirstConnectionOptions extends NatsAddress {
  name: string;
  clock: Clock;
  refusals: Refusals;
}

/** Waits without limit. The client could do that itself, but would not report that the server refuses our user. */
export async function firstConnection(first: FirstConnectionOptions): Promise<NatsConnection> {
  const { clock, refusals, ...place } = first;
  const options: ConnectionOptions = {
    ...place,
    maxReconnectAttempts: -1,
    // Otherwise the client closes for good after two refusals, for example while a server reloads its users.
    ignoreAuthErrorAbort: true,
    reconnectTimeWait: RETRY_MS,
    reconnectJitter: RETRY_JITTER_MS,
    // A try whose first packet was lost retransmits ever more rarely; a new try notices earlier that the network is back.
    timeout: 2_000,
    // A dead server whose socket stays open is detected at the third unanswered ping: within 6 s, before a cut-off owner must
    // stop what it runs.
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
