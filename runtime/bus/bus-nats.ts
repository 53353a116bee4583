// The bus over NATS core. The one home of the `nats` package.

import {
  createInbox,
  ErrorCode,
  Events,
  type Msg,
  type Subscription as NatsClientSubscription,
  type NatsConnection,
  NatsError,
} from "nats";
import type { Clock } from "../base/clock.ts";
import { Deadlines } from "../base/deadlines.ts";
import { type Log, reason } from "../base/log.ts";
import { type Bus, BusError, type Handle, type Link, type Subscription } from "./bus.ts";
import { LinkState } from "./link-state.ts";
import { linkLosses, linkUp } from "./metrics.ts";
import { natsAddress } from "./nats-address.ts";
import { firstConnection } from "./nats-connect.ts";
import { Refusals } from "./nats-refusals.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();
const encode = (body: unknown) => encoder.encode(JSON.stringify(body ?? null));

/** Waits for the server without limit, also for one that refuses the user. `url`: one URL, or those of a cluster separated by commas; the
 *  client picks one at random and another when that connection is lost. With `nats://user:password@…`, answers go to an inbox of that
 *  user's own. */
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
  const address = natsAddress(url);
  const refusals = new Refusals(log);
  const connection = await firstConnection({ ...address, name, clock, refusals });
  return new NatsBus({ connection, inboxPrefix: address.inboxPrefix, clock, log, refusals });
}

interface NatsBusParts {
  connection: NatsConnection;
  inboxPrefix: string;
  clock: Clock;
  log: Log;
  refusals: Refusals;
}

class NatsBus implements Bus {
  /** Requests in flight, by the last token of their reply subject. They are rejected at once when the link goes down, not at their
   *  time-out. The client's own requests cost a timer, five promises and an error each. */
  readonly #requests = new Map<string, Request>();
  readonly #deadlines: Deadlines<Request>;
  readonly #inbox: string;
  #lastToken = 0;
  /** One callback for all subscriptions that share a handler. */
  readonly #callbacks = new WeakMap<Handle, NatsCallback>();
  /** Flushes in flight. */
  readonly #flushes = new Set<(error: BusError) => void>();
  readonly link: LinkState;

  private readonly connection: NatsConnection;
  private readonly clock: Clock;
  private readonly log: Log;

  constructor({ connection, inboxPrefix, clock, log, refusals }: NatsBusParts) {
    this.connection = connection;
    this.clock = clock;
    this.log = log;
    this.#inbox = `${createInbox(inboxPrefix)}.`;
    this.link = new LinkState(clock.monoMs());
    this.#deadlines = new Deadlines(clock, this.#requests, (request) =>
      this.#settle(request, new BusError("timeout", request.subject)),
    );
    connection.subscribe(`${this.#inbox}*`, { callback: (error, message) => this.#answered(error, message) });
    linkUp.set(1);
    void this.#followLink(refusals);
  }

  async #followLink(refusals: Refusals) {
    for await (const { type, data, permissionContext } of this.connection.status()) {
      if (type === Events.Disconnect) this.#down();
      if (type === Events.Reconnect) {
        refusals.takenIn();
        this.#up();
      }
      if (type !== Events.Error) continue;
      if (permissionContext) refusals.permission(permissionContext);
      else if (data === ErrorCode.AuthorizationViolation) refusals.signIn();
    }
  }

  #down() {
    this.link.goDown(() => {
      this.log.warn("nats link is down");
      linkUp.set(0);
      linkLosses.inc();
      for (const request of this.#requests.values()) this.#settle(request, new BusError("disconnected", "link"));
      for (const reject of [...this.#flushes]) reject(new BusError("disconnected", "link"));
    });
  }

  #up() {
    this.log.info("nats link is back");
    linkUp.set(1);
    this.link.comeUp(this.clock.monoMs());
  }

  request(subject: string, body: unknown, { timeoutMs }: { timeoutMs: number }): Promise<unknown> {
    if (!this.link.up || this.connection.isClosed()) return Promise.reject(new BusError("disconnected", subject));
    return new Promise((resolve, reject) => {
      const token = (++this.#lastToken).toString(36);
      const deadlineMonoMs = this.clock.monoMs() + Math.max(1, timeoutMs);
      const request: Request = { token, subject, deadlineMonoMs, resolve, reject };
      this.connection.publish(subject, encode(body), { reply: this.#inbox + token });
      this.#requests.set(token, request);
      this.#deadlines.added(request);
    });
  }

  #answered(error: NatsError | null, message: Msg) {
    if (error) return this.#broke(error, "subscription for answers failed");
    const request = this.#requests.get(message.subject.slice(this.#inbox.length));
    if (!request) return; // The answer came too late.
    const { data } = message;
    if (data.length === 0 && message.headers?.code === NO_RESPONDERS)
      return this.#settle(request, new BusError("no_responders", request.subject));
    let answer: unknown;
    try {
      answer = JSON.parse(decoder.decode(data));
    } catch {
      return this.log.warn({ subject: request.subject }, "answer is not json");
    }
    this.#settle(request, answer);
  }

  #settle({ token, resolve, reject }: Request, outcome: unknown) {
    this.#requests.delete(token);
    this.#deadlines.removed();
    if (outcome instanceof BusError) reject(outcome);
    else resolve(outcome);
  }

  publish(subject: string, body: unknown) {
    // While the link is down the client would buffer the message and later drop it.
    if (this.link.up && !this.connection.isClosed()) this.connection.publish(subject, encode(body));
  }

  subscribe(subject: string, handle: Handle, { queue }: { queue?: string } = {}): Subscription {
    const callback = this.#callbackFor(handle);
    return new NatsSubscription(this.link, this.connection.subscribe(subject, { ...(queue && { queue }), callback }));
  }

  #callbackFor(handle: Handle): NatsCallback {
    const known = this.#callbacks.get(handle);
    if (known) return known;
    const callback: NatsCallback = (error, message) => {
      if (error) return this.#broke(error, "subscription failed"); // The error names the subject.
      let body: unknown;
      try {
        body = JSON.parse(decoder.decode(message.data));
      } catch {
        return this.log.warn({ subject: message.subject }, "message is not json");
      }
      handle(body, (answer) => void message.respond(encode(answer)), message.subject);
    };
    this.#callbacks.set(handle, callback);
    return callback;
  }

  /** Permission errors are logged by `#followLink`. */
  #broke(error: NatsError, what: string) {
    if (!error.isPermissionError()) this.log.error({ reason: reason(error) }, what);
  }

  async flush() {
    if (!this.link.up) throw new BusError("disconnected", "flush");
    const sentMs = this.clock.monoMs();
    await new Promise<void>((resolve, reject) => {
      const settle = (act: () => void) => {
        this.#flushes.delete(reject);
        act();
      };
      this.#flushes.add(reject);
      this.connection.flush().then(
        () =>
          settle(() => {
            this.link.heardMs = Math.max(this.link.heardMs, sentMs);
            resolve();
          }),
        (error) => settle(() => reject(asBusError(error, "flush"))),
      );
    });
  }

  async close() {
    if (!this.connection.isClosed()) await this.connection.close();
  }
}

type NatsCallback = (error: NatsError | null, message: Msg) => void;

class NatsSubscription implements Subscription {
  constructor(
    private readonly link: Link,
    private readonly subscription: NatsClientSubscription,
  ) {}

  async drain() {
    if (this.subscription.isClosed()) return;
    // While the link is down the server holds no subscription, and draining would wait for the link.
    if (this.link.up) await this.subscription.drain();
    else this.subscription.unsubscribe();
  }
}

/** Status of the empty message that the server sends when a subject has no subscriber. */
const NO_RESPONDERS = 503;

interface Request {
  readonly token: string;
  readonly subject: string;
  readonly deadlineMonoMs: number;
  resolve(answer: unknown): void;
  reject(error: BusError): void;
}

function asBusError(error: unknown, subject: string): BusError {
  if (error instanceof NatsError) {
    if (error.code === ErrorCode.Timeout) return new BusError("timeout", subject);
  }
  return new BusError("disconnected", subject);
}
