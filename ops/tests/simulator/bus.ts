// A simulated NATS server and its links. The server learns that a client is dead from the socket, or from pings after 10 to 15 s; until
// then a paused or cut-off subscriber counts. Bytes keep their order; beyond that, a message may be lost, doubled or late.

import { type Bus, BusError, type Handle, type Respond } from "#runtime/bus/bus.ts";
import { LinkState } from "#runtime/bus/link-state.ts";
import type { Process, Simulation } from "./simulation.ts";

/** Time until the client or the server notices a silent connection: two unanswered pings, 5 s apart. */
const NOTICED_MS = [10_000, 15_000] as const;
const PING_MS = 5_000;
const RECONNECT_MS = 250;
/** After an outage of the server, when all come at once. */
const RECONNECT_CROWDED_MS = [250, 900, 1_800] as const;
const LATENCY_MS = [0.2, 1.2] as const;
const CROWDED_MS = 2_500;
/** Longest delay of a doubled or late message. */
const LATE_MS = 10_000;

interface Listener {
  link: SimLink;
  subject: string;
  queue: string | undefined;
  handle: Handle;
}

/** One TCP connection, as the server sees it. */
interface Session {
  open: boolean;
  listeners: Set<Listener>;
  /** Arrival time of the newest bytes in each direction; later bytes do not overtake them. */
  upAtMs: number;
  downAtMs: number;
  /** Messages sent into a cut direction: they arrive when the cut ends, if the connection still stands. */
  stuckUp: (() => void)[];
  stuckDown: (() => void)[];
}

export class SimHub {
  /** Shares of messages that are lost, doubled or late. */
  chaos = { lost: 0, doubled: 0, late: 0 };
  away = false;
  /** The server was away a moment ago. */
  crowded = false;
  readonly links: SimLink[] = [];
  /** By subject. The session is the connection over which the listener subscribed last. */
  readonly #listeners = new Map<string, Map<Listener, Session>>();

  constructor(readonly sim: Simulation) {}

  add(listener: Listener, session: Session) {
    session.listeners.add(listener);
    const known = this.#listeners.get(listener.subject) ?? new Map<Listener, Session>();
    this.#listeners.set(listener.subject, known.set(listener, session));
  }

  remove(listener: Listener, session: Session) {
    session.listeners.delete(listener);
    const known = this.#listeners.get(listener.subject);
    if (known?.get(listener) !== session) return;
    known.delete(listener);
    if (known.size === 0) this.#listeners.delete(listener.subject);
  }

  close(session: Session) {
    if (!session.open) return;
    session.open = false;
    for (const listener of session.listeners) this.remove(listener, session);
  }

  /** Receivers of a message: every plain subscriber, and one member of the queue group. */
  receivers(subject: string): Listener[] {
    const known = this.#listeners.get(subject);
    if (!known) return [];
    const plain: Listener[] = [];
    const queued: Listener[] = [];
    for (const listener of known.keys()) (listener.queue ? queued : plain).push(listener);
    if (queued.length > 0) plain.push(this.sim.pick(queued));
    return plain;
  }

  /** The server is down for `ms`; all connections break. */
  outage(ms: number) {
    this.away = this.crowded = true;
    for (const link of this.links) link.reset();
    this.sim.after(ms, () => {
      this.away = false;
    });
    this.sim.after(ms + CROWDED_MS, () => {
      this.crowded = false;
    });
  }
}

export class SimLink implements Bus {
  readonly #inFlight = new Set<(error: BusError) => void>();
  readonly #listeners = new Set<Listener>();
  #session: Session;
  #closed = false;
  #cutUp = false;
  #cutDown = false;
  /** Added to the latency of both directions. */
  slowMs = 0;
  /** Messages to its subscriptions are lost; answers to its own requests arrive. */
  deaf = false;
  readonly link: LinkState;

  constructor(
    private readonly hub: SimHub,
    readonly process: Process,
  ) {
    hub.links.push(this);
    this.link = new LinkState(hub.sim.nowMs);
    this.#session = newSession();
    if (hub.away) this.#down(this.#session);
  }

  // ---- faults ----

  /** Bytes in one direction, or both, do not arrive for `ms`. */
  cut(direction: "up" | "down" | "both", ms: number) {
    const { sim } = this.hub;
    if (direction !== "down") this.#cutUp = true;
    if (direction !== "up") this.#cutDown = true;
    const session = this.#session;
    this.#closeIfStill(session, () => this.#cutUp || this.#cutDown);
    sim.after(ms, () => this.mend(session));
  }

  /** Ends every cut. What was sent into it arrives, if its connection still stands. */
  mend({ stuckUp, stuckDown } = this.#session) {
    this.#cutUp = this.#cutDown = false;
    for (const arrive of [...stuckUp.splice(0), ...stuckDown.splice(0)]) arrive();
  }

  /** The process was paused: it answers no ping. */
  paused() {
    this.#closeIfStill(this.#session, () => this.process.pausedUntilMs > this.hub.sim.nowMs);
  }

  #closeIfStill(session: Session, still: () => boolean) {
    const { sim } = this.hub;
    sim.after(sim.between(...NOTICED_MS), () => {
      if (!still() || !session.open) return;
      this.hub.close(session);
      const noticed = () => this.#arrive(session, () => this.#down(session));
      if (this.#cutDown) session.stuckDown.push(noticed);
      else noticed();
    });
    sim.after(
      sim.between(...NOTICED_MS),
      () => {
        if (!(this.#cutUp || this.#cutDown) || this.#session !== session) return;
        this.#closeWhenHeard(session);
        this.#down(session);
      },
      this.process,
    );
  }

  /** The client has given the connection up: the server learns that when its next ping reaches the client's machine. */
  #closeWhenHeard(session: Session) {
    const { sim } = this.hub;
    const cut = this.#cutUp || this.#cutDown;
    if (!cut) return void sim.after(1, () => this.hub.close(session));
    sim.after(sim.between(1_000, PING_MS), () => session.open && this.#closeWhenHeard(session));
  }

  /** Resets the connection; both sides notice at once. */
  reset() {
    const session = this.#session;
    this.hub.close(session);
    this.#arrive(session, () => this.#down(session));
  }

  /** The process died. `silently`: its machine died too, so the server gets no notice. */
  die({ silently }: { silently: boolean }) {
    const session = this.#session;
    const { sim } = this.hub;
    sim.after(silently ? sim.between(...NOTICED_MS) : 1, () => this.hub.close(session));
  }

  #down(session: Session) {
    if (this.#session !== session || !this.link.up) return;
    this.hub.sim.trace(`${this.process.name} link down`);
    this.link.goDown(() => {
      for (const reject of [...this.#inFlight]) reject(new BusError("disconnected", "link"));
    });
    this.#reconnectLater();
  }

  #reconnectLater() {
    const { sim } = this.hub;
    sim.after(
      this.hub.crowded ? sim.pick(RECONNECT_CROWDED_MS) : RECONNECT_MS,
      () => {
        if (this.#closed) return;
        if (this.hub.away || this.#cutUp || this.#cutDown) return this.#reconnectLater();
        this.#session = newSession();
        for (const listener of this.#listeners) this.hub.add(listener, this.#session);
        sim.trace(`${this.process.name} link up`);
        this.link.comeUp(sim.nowMs);
      },
      this.process,
    );
  }

  // ---- carrying messages ----

  /** Sends to the server: `arrive` runs there. */
  #sendUp(arrive: () => void) {
    const { sim } = this.hub;
    const session = this.#session;
    const atMs = Math.max(session.upAtMs, sim.nowMs + sim.between(...LATENCY_MS) + this.slowMs);
    session.upAtMs = atMs;
    const come = () => {
      if (!session.open) return;
      if (this.#cutUp) session.stuckUp.push(come);
      else arrive();
    };
    sim.after(atMs - sim.nowMs, come);
  }

  /** Sends to the client: `arrive` runs in this link's process. */
  #sendDown(session: Session, arrive: () => void) {
    if (!session.open) return;
    const { sim } = this.hub;
    const atMs = Math.max(session.downAtMs, sim.nowMs + sim.between(...LATENCY_MS) + this.slowMs);
    session.downAtMs = atMs;
    const come = () => {
      if (this.#cutDown) session.stuckDown.push(come);
      else this.#arrive(session, arrive);
    };
    sim.after(atMs - sim.nowMs, come);
  }

  #arrive(session: Session, arrive: () => void) {
    this.hub.sim.after(0, () => this.#session === session && this.link.up && arrive(), this.process, true);
  }

  /** Delivers a message once, never, twice or late. */
  #carry(deliver: () => void) {
    const { sim, chaos } = this.hub;
    if (chaos.lost + chaos.doubled + chaos.late > 0) {
      const roll = sim.random.next();
      if (roll < chaos.lost) return sim.count("messages lost");
      if (roll < chaos.lost + chaos.late) {
        sim.count("messages late");
        return void sim.after(sim.between(5, LATE_MS), deliver);
      }
      if (roll < chaos.lost + chaos.late + chaos.doubled) {
        sim.count("messages doubled");
        sim.after(sim.between(0, LATE_MS), deliver);
      }
    }
    deliver();
  }

  #deliver(listener: Listener, body: unknown, respond: Respond) {
    const { link } = listener;
    if (link.deaf) return this.hub.sim.count("messages lost");
    this.#carry(() =>
      link.#sendDown(
        link.#session,
        () => link.#listeners.has(listener) && listener.handle(body, respond, listener.subject),
      ),
    );
  }

  // ---- the bus ----

  request(subject: string, body: unknown, { timeoutMs }: { timeoutMs: number }): Promise<unknown> {
    if (!this.link.up) return Promise.reject(new BusError("disconnected", subject));
    const { sim } = this.hub;
    return new Promise((resolve, reject) => {
      const timer = sim.after(timeoutMs, () => broken(new BusError("timeout", subject)), this.process);
      const broken = (error: BusError) => {
        timer.run = null;
        if (this.#inFlight.delete(broken)) reject(error);
      };
      this.#inFlight.add(broken);
      const session = this.#session;
      this.#sendUp(() => {
        const receivers = this.hub.receivers(subject);
        if (receivers.length === 0)
          return this.#sendDown(session, () => broken(new BusError("no_responders", subject)));
        for (const listener of receivers)
          this.#deliver(listener, body, (answer) => {
            const { link } = listener;
            if (!link.link.up) return;
            link.#sendUp(() =>
              link.#carry(() =>
                this.#sendDown(session, () => {
                  timer.run = null;
                  if (this.#inFlight.delete(broken)) resolve(answer);
                }),
              ),
            );
          });
      });
    });
  }

  publish(subject: string, body: unknown) {
    if (!this.link.up) return;
    this.#sendUp(() => {
      for (const listener of this.hub.receivers(subject)) this.#deliver(listener, body, () => {});
    });
  }

  subscribe(subject: string, handle: Listener["handle"], { queue }: { queue?: string } = {}) {
    const listener: Listener = { link: this, subject, queue, handle };
    this.#listeners.add(listener);
    const session = this.#session;
    if (this.link.up) this.#sendUp(() => this.hub.add(listener, session));
    return { drain: () => this.#drain(listener) };
  }

  async #drain(listener: Listener) {
    if (!this.#listeners.has(listener)) return;
    const session = this.#session;
    if (this.link.up) await this.#roundTrip(() => this.hub.remove(listener, session)).catch(() => {}); // Removed with its connection.
    this.#listeners.delete(listener);
    // A reconnection meanwhile may have subscribed it again.
    const now = this.#session;
    if (now !== session && this.link.up) this.#sendUp(() => this.hub.remove(listener, now));
  }

  async flush() {
    if (!this.link.up) throw new BusError("disconnected", "flush");
    const sentMs = this.hub.sim.nowMs;
    await this.#roundTrip(() => {});
    this.link.heardMs = Math.max(this.link.heardMs, sentMs);
  }

  #roundTrip(there: () => void): Promise<void> {
    const session = this.#session;
    return new Promise((resolve, reject) => {
      this.#inFlight.add(reject);
      this.#sendUp(() => {
        there();
        this.#sendDown(session, () => {
          this.#inFlight.delete(reject);
          resolve();
        });
      });
    });
  }

  async close() {
    this.#closed = true;
    this.reset();
  }
}

const newSession = (): Session => ({
  open: true,
  listeners: new Set(),
  upAtMs: 0,
  downAtMs: 0,
  stuckUp: [],
  stuckDown: [],
});
