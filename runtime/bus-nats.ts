// The bus over NATS core. The one home of the `nats` package.

import { connect, ErrorCode, Events, type NatsConnection, NatsError } from "nats";
import { type Bus, BusError } from "./bus.ts";
import type { Clock } from "./clock.ts";
import { type Log, reason } from "./log.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const encode = (body: unknown) => encoder.encode(JSON.stringify(body ?? null));

/** Waits for the server as long as it takes, also at the start. */
export async function connectNats({
  url,
  name,
  clock,
  log,
}: {
  url: string;
  name: string;
  clock: Clock;
  log: Log;
}): Promise<Bus> {
  const connection = await connect({
    servers: url,
    name,
    waitOnFirstConnect: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    // A dead server whose socket stays open is noticed within 10 s.
    pingInterval: 5_000,
    maxPingOut: 2,
  });
  return new NatsBus(connection, clock, log);
}

class NatsBus implements Bus {
  readonly #listeners = new Set<(up: boolean) => void>();
  /** Requests under way: rejected at once when the link goes down, instead of at their time-out. */
  readonly #inFlight = new Set<(error: BusError) => void>();
  readonly link = {
    up: true,
    generation: 1,
    sinceMs: 0,
    onChange: (listener: (up: boolean) => void) => {
      this.#listeners.add(listener);
      return () => void this.#listeners.delete(listener);
    },
  };

  constructor(
    private readonly connection: NatsConnection,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.link.sinceMs = clock.monoMs();
    void this.#followLink();
  }

  async #followLink() {
    for await (const { type } of this.connection.status()) {
      if (type === Events.Disconnect) this.#down();
      if (type === Events.Reconnect) this.#up();
    }
  }

  #down() {
    if (!this.link.up) return;
    this.link.up = false;
    this.link.generation++;
    this.log.warn("nats link is down");
    for (const reject of [...this.#inFlight]) reject(new BusError("disconnected", "link"));
    for (const listener of [...this.#listeners]) listener(false);
  }

  #up() {
    this.link.up = true;
    this.link.sinceMs = this.clock.monoMs();
    this.log.info("nats link is back");
    for (const listener of [...this.#listeners]) listener(true);
  }

  async request(subject: string, body: unknown, { timeoutMs }: { timeoutMs: number }): Promise<unknown> {
    if (!this.link.up) throw new BusError("disconnected", subject);
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#inFlight.delete(reject);
        act();
      };
      this.#inFlight.add(reject);
      this.connection.request(subject, encode(body), { timeout: Math.max(1, Math.ceil(timeoutMs)) }).then(
        (message) => settle(() => resolve(JSON.parse(decoder.decode(message.data)))),
        (error) => settle(() => reject(asBusError(error, subject))),
      );
    });
  }

  publish(subject: string, body: unknown) {
    // While it is down the client would buffer and then throw away: say nothing instead.
    if (this.link.up && !this.connection.isClosed()) this.connection.publish(subject, encode(body));
  }

  subscribe(
    subject: string,
    handle: (body: unknown, respond: (body: unknown) => void) => void,
    { queue }: { queue?: string } = {},
  ) {
    const subscription = this.connection.subscribe(subject, {
      ...(queue && { queue }),
      callback: (error, message) => {
        if (error) return this.log.error({ subject, reason: reason(error) }, "subscription failed");
        let body: unknown;
        try {
          body = JSON.parse(decoder.decode(message.data));
        } catch {
          return this.log.warn({ subject }, "message is not json");
        }
        handle(body, (answer) => void message.respond(encode(answer)));
      },
    });
    return { drain: () => (subscription.isClosed() ? Promise.resolve() : subscription.drain()) };
  }

  async flush() {
    if (!this.link.up) throw new BusError("disconnected", "flush");
    await new Promise<void>((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#inFlight.delete(reject);
        act();
      };
      this.#inFlight.add(reject);
      this.connection.flush().then(
        () => settle(resolve),
        (error) => settle(() => reject(asBusError(error, "flush"))),
      );
    });
  }

  async close() {
    if (!this.connection.isClosed()) await this.connection.close();
  }
}

function asBusError(error: unknown, subject: string): BusError {
  if (error instanceof NatsError) {
    if (error.code === ErrorCode.NoResponders) return new BusError("no_responders", subject);
    if (error.code === ErrorCode.Timeout) return new BusError("timeout", subject);
  }
  return new BusError("disconnected", subject);
}
