// A simulated NATS server and its links. It knows a peer as dead only when told so by the socket, or by pings after 10 to 15 s;
// until then a paused or cut-off subscriber counts. Bytes keep their order; on top of that a message may be lost, doubled or late.

import { type Bus, BusError, type Handle, type Respond } from "#runtime/bus/bus.ts";
import { LinkState } from "#runtime/bus/link-state.ts";
import type { Process, World } from "./world.ts";

/** Client and server both: two pings of 5 s without an answer. */
const NOTICED_MS = [10_000, 15_000] as const;
const PING_MS = 5_000;
const RECONNECT_MS = 250;
const LATENCY_MS = [0.2, 1.2] as const;
/** A doubled or late message comes up to so much later. */
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
  /** When the newest bytes of each direction arrive: none overtake them. */
  upAtMs: number;
  downAtMs: number;
  /** Sent into a cut direction: comes when it heals, if the connection still stands. */
  stuckUp: (() => void)[];
  stuckDown: (() => void)[];
}

export class SimHub {
  /** Of single messages. */
  chaos = { lost: 0, doubled: 0, late: 0 };
  away = false;
  readonly links: SimLink[] = [];
  /** By subject; the connection is that over which it was subscribed last. */
  readonly #listeners = new Map<string, Map<Listener, Session>>();

  constructor(readonly world: World) {}

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

  /** Who gets a message: every plain subscriber, one of each queue group. */
  receivers(subject: string): Listener[] {
    const known = this.#listeners.get(subject);
    if (!known) return [];
    const plain: Listener[] = [];
    const queued: Listener[] = [];
    for (const listener of known.keys()) (listener.queue ? queued : plain).push(listener);
    if (queued.length > 0) plain.push(this.world.pick(queued));
    return plain;
  }

  /** The server is gone for so long; all connections break. */
  goAway(ms: number) {
    this.away = true;
    for (const link of this.links) link.breakOff();
    this.world.after(ms, () => {
      this.away = false;
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
  readonly link: LinkState;

  constructor(
    private readonly hub: SimHub,
    readonly process: Process,
  ) {
    hub.links.push(this);
    this.link = new LinkState(hub.world.nowMs);
    this.#session = newSession();
    if (hub.away) this.#down(this.#session);
  }

  // ---- what breaks ----

  /** Bytes in one direction, or both, arrive no more for so long. */
  cut(direction: "up" | "down" | "both", ms: number) {
    const { world } = this.hub;
    if (direction !== "down") this.#cutUp = true;
    if (direction !== "up") this.#cutDown = true;
    const session = this.#session;
    this.#noticeIfStill(session, () => this.#cutUp || this.#cutDown);
    world.after(ms, () => {
      this.#cutUp = this.#cutDown = false;
      for (const arrive of [...session.stuckUp.splice(0), ...session.stuckDown.splice(0)]) arrive();
    });
  }

  /** A process that stands still answers no ping. */
  paused() {
    this.#noticeIfStill(this.#session, () => this.process.pausedUntilMs > this.hub.world.nowMs);
  }

  #noticeIfStill(session: Session, still: () => boolean) {
    const { world } = this.hub;
    world.after(world.between(...NOTICED_MS), () => {
      if (!still() || !session.open) return;
      this.hub.close(session);
      const told = () => this.#arrive(session, () => this.#down(session));
      if (this.#cutDown) session.stuckDown.push(told);
      else told();
    });
    world.after(
      world.between(...NOTICED_MS),
      () => {
        if (!(this.#cutUp || this.#cutDown) || this.#session !== session) return;
        this.#closeWhenHeard(session);
        this.#down(session);
      },
      this.process,
    );
  }

  /** Its peer is gone: the server hears so when its next ping reaches the machine. */
  #closeWhenHeard(session: Session) {
    const { world } = this.hub;
    const cut = this.#cutUp || this.#cutDown;
    if (!cut) return void world.after(1, () => this.hub.close(session));
    world.after(world.between(1_000, PING_MS), () => session.open && this.#closeWhenHeard(session));
  }

  /** The connection is reset: both sides know at once. */
  breakOff() {
    const session = this.#session;
    this.hub.close(session);
    this.#arrive(session, () => this.#down(session));
  }

  /** Its process is dead. `silently`: with its machine, so that nothing says so. */
  die({ silently }: { silently: boolean }) {
    const session = this.#session;
    const { world } = this.hub;
    world.after(silently ? world.between(...NOTICED_MS) : 1, () => this.hub.close(session));
  }

  #down(session: Session) {
    if (this.#session !== session || !this.link.up) return;
    this.hub.world.trace(`${this.process.name} link down`);
    this.link.goDown(() => {
      for (const reject of [...this.#inFlight]) reject(new BusError("disconnected", "link"));
    });
    this.#reconnectLater();
  }

  #reconnectLater() {
    const { world } = this.hub;
    world.after(
      RECONNECT_MS,
      () => {
        if (this.#closed) return;
        if (this.hub.away || this.#cutUp || this.#cutDown) return this.#reconnectLater();
        this.#session = newSession();
        for (const listener of this.#listeners) this.hub.add(listener, this.#session);
        world.trace(`${this.process.name} link up`);
        this.link.comeUp(world.nowMs);
      },
      this.process,
    );
  }

  // ---- what is carried ----

  /** To the server: `arrive` runs there. */
  #up(arrive: () => void) {
    const { world } = this.hub;
    const session = this.#session;
    const atMs = Math.max(session.upAtMs, world.nowMs + world.between(...LATENCY_MS) + this.slowMs);
    session.upAtMs = atMs;
    const come = () => {
      if (!session.open) return;
      if (this.#cutUp) session.stuckUp.push(come);
      else arrive();
    };
    world.after(atMs - world.nowMs, come);
  }

  /** From the server: `arrive` runs in this link's process. */
  #comeDown(session: Session, arrive: () => void) {
    if (!session.open) return;
    const { world } = this.hub;
    const atMs = Math.max(session.downAtMs, world.nowMs + world.between(...LATENCY_MS) + this.slowMs);
    session.downAtMs = atMs;
    const come = () => {
      if (this.#cutDown) session.stuckDown.push(come);
      else this.#arrive(session, arrive);
    };
    world.after(atMs - world.nowMs, come);
  }

  #arrive(session: Session, arrive: () => void) {
    this.hub.world.after(0, () => this.#session === session && this.link.up && arrive(), this.process, true);
  }

  /** A message on its way: once, not at all, twice, or late. */
  #carry(deliver: () => void) {
    const { world, chaos } = this.hub;
    if (chaos.lost + chaos.doubled + chaos.late > 0) {
      const roll = world.random.next();
      if (roll < chaos.lost) return world.count("messages lost");
      if (roll < chaos.lost + chaos.late) {
        world.count("messages late");
        return void world.after(world.between(5, LATE_MS), deliver);
      }
      if (roll < chaos.lost + chaos.late + chaos.doubled) {
        world.count("messages doubled");
        world.after(world.between(0, LATE_MS), deliver);
      }
    }
    deliver();
  }

  #deliver(listener: Listener, body: unknown, respond: Respond) {
    const { link } = listener;
    this.#carry(() =>
      link.#comeDown(
        link.#session,
        () => link.#listeners.has(listener) && listener.handle(body, respond, listener.subject),
      ),
    );
  }

  // ---- the bus ----

  request(subject: string, body: unknown, { timeoutMs }: { timeoutMs: number }): Promise<unknown> {
    if (!this.link.up) return Promise.reject(new BusError("disconnected", subject));
    const { world } = this.hub;
    return new Promise((resolve, reject) => {
      const timer = world.after(timeoutMs, () => broken(new BusError("timeout", subject)), this.process);
      const broken = (error: BusError) => {
        timer.run = null;
        if (this.#inFlight.delete(broken)) reject(error);
      };
      this.#inFlight.add(broken);
      const session = this.#session;
      this.#up(() => {
        const receivers = this.hub.receivers(subject);
        if (receivers.length === 0)
          return this.#comeDown(session, () => broken(new BusError("no_responders", subject)));
        for (const listener of receivers)
          this.#deliver(listener, body, (answer) => {
            const { link } = listener;
            if (!link.link.up) return;
            link.#up(() =>
              link.#carry(() =>
                this.#comeDown(session, () => {
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
    this.#up(() => {
      for (const listener of this.hub.receivers(subject)) this.#deliver(listener, body, () => {});
    });
  }

  subscribe(subject: string, handle: Listener["handle"], { queue }: { queue?: string } = {}) {
    const listener: Listener = { link: this, subject, queue, handle };
    this.#listeners.add(listener);
    const session = this.#session;
    if (this.link.up) this.#up(() => this.hub.add(listener, session));
    return { drain: () => this.#drain(listener) };
  }

  async #drain(listener: Listener) {
    if (!this.#listeners.has(listener)) return;
    const session = this.#session;
    if (this.link.up) await this.#roundTrip(() => this.hub.remove(listener, session)).catch(() => {}); // Gone with its connection.
    this.#listeners.delete(listener);
    // It may have been subscribed anew by a reconnection meanwhile.
    const now = this.#session;
    if (now !== session && this.link.up) this.#up(() => this.hub.remove(listener, now));
  }

  async flush() {
    if (!this.link.up) throw new BusError("disconnected", "flush");
    const sentMs = this.hub.world.nowMs;
    await this.#roundTrip(() => {});
    this.link.heardMs = Math.max(this.link.heardMs, sentMs);
  }

  #roundTrip(there: () => void): Promise<void> {
    const session = this.#session;
    return new Promise((resolve, reject) => {
      this.#inFlight.add(reject);
      this.#up(() => {
        there();
        this.#comeDown(session, () => {
          this.#inFlight.delete(reject);
          resolve();
        });
      });
    });
  }

  async close() {
    this.#closed = true;
    this.breakOff();
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
