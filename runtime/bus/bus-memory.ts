// The bus in memory, for tests: one hub and any number of connections, which a test can cut.

import type { Clock } from "../base/clock.ts";
import { type Bus, BusError, type Handle, type Respond } from "./bus.ts";
import { LinkState } from "./link-state.ts";

interface Listener {
  owner: MemoryConnection;
  subject: string;
  queue: string | undefined;
  handle: Handle;
}

/** Plays the NATS server. Delivery takes one turn of the promise queue. */
export class MemoryHub {
  readonly listeners = new Set<Listener>();
  #turn = 0;

  constructor(readonly clock: Clock) {}

  connect(): MemoryConnection {
    return new MemoryConnection(this);
  }

  /** Receivers of a message: every plain subscriber, and one member of each queue group. */
  receivers(subject: string): Listener[] {
    const plain: Listener[] = [];
    const groups = new Map<string, Listener[]>();
    for (const listener of this.listeners) {
      if (listener.subject !== subject || !listener.owner.link.up) continue;
      if (listener.queue === undefined) plain.push(listener);
      else groups.set(listener.queue, [...(groups.get(listener.queue) ?? []), listener]);
    }
    for (const members of groups.values()) plain.push(members[this.#turn++ % members.length]!);
    return plain;
  }
}

// Messages arrive as copies, as over a wire.
const copy = (body: unknown) => JSON.parse(JSON.stringify(body ?? null)) as unknown;

class MemoryConnection implements Bus {
  readonly #inFlight = new Set<(error: BusError) => void>();
  readonly link: LinkState;

  constructor(private readonly hub: MemoryHub) {
    this.link = new LinkState(hub.clock.monoMs());
  }

  /** Takes the link down until `mend`: requests in flight are rejected, messages are lost, subscriptions stay. */
  cut() {
    this.link.goDown(() => {
      for (const reject of [...this.#inFlight]) reject(new BusError("disconnected", "link"));
    });
  }

  mend() {
    if (!this.link.up) this.link.comeUp(this.hub.clock.monoMs());
  }

  request(subject: string, body: unknown, { timeoutMs }: { timeoutMs: number }): Promise<unknown> {
    if (!this.link.up) return Promise.reject(new BusError("disconnected", subject));
    return new Promise((resolve, reject) => {
      const cancel = this.hub.clock.timer(timeoutMs, () => settle(() => reject(new BusError("timeout", subject))));
      const settle = (act: () => void) => {
        cancel();
        this.#inFlight.delete(broken);
        act();
      };
      const broken = (error: BusError) => settle(() => reject(error));
      this.#inFlight.add(broken);
      const receivers = this.hub.receivers(subject);
      if (receivers.length === 0)
        return queueMicrotask(() => settle(() => reject(new BusError("no_responders", subject))));
      for (const receiver of receivers)
        this.#deliver(receiver, body, (answer) => {
          const answered = copy(answer);
          queueMicrotask(() => settle(() => resolve(answered)));
        });
    });
  }

  publish(subject: string, body: unknown) {
    if (this.link.up) for (const receiver of this.hub.receivers(subject)) this.#deliver(receiver, body, () => {});
  }

  #deliver(receiver: Listener, body: unknown, respond: Respond) {
    const arrived = copy(body);
    queueMicrotask(() => {
      if (receiver.owner.link.up && this.hub.listeners.has(receiver))
        receiver.handle(arrived, respond, receiver.subject);
    });
  }

  subscribe(subject: string, handle: Handle, { queue }: { queue?: string } = {}) {
    const listener = { owner: this, subject, queue, handle };
    this.hub.listeners.add(listener);
    return {
      drain: async () => {
        await Promise.resolve();
        this.hub.listeners.delete(listener);
      },
    };
  }

  async flush() {
    if (!this.link.up) throw new BusError("disconnected", "flush");
    this.link.heardMs = this.hub.clock.monoMs();
  }

  async close() {
    this.cut();
    for (const listener of this.hub.listeners) if (listener.owner === this) this.hub.listeners.delete(listener);
  }
}
