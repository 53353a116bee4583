// A TCP proxy that breaks connections the way networks do, and counts its faults, so that a fault that did not happen is noticed.

import { createServer, type Server, Socket } from "node:net";

/** `up`: from the client to the server behind the proxy; `down`: back. */
export type Direction = "up" | "down";

/** How a direction treats bytes. `blackhole` reads and drops them; `freeze` stops reading, so that the sender's buffers fill. */
type Way = { kind: "pass" } | { kind: "delay"; ms: number } | { kind: "blackhole" } | { kind: "freeze" };

interface FaultCounts {
  accepted: number;
  /** Connections ended by RST. */
  resets: number;
  /** Connections with one direction closed properly while the other stayed open. */
  halfCloses: number;
  forwardedBytes: number;
  /** Bytes dropped by a black hole. */
  lostBytes: number;
  delayedBytes: number;
  /** Directions that were frozen. */
  freezes: number;
  /** Connections that the server behind the proxy refused. */
  refused: number;
  /** Dropped bytes by direction, to prove that a fault of one direction did not touch the other. */
  ways: Record<Direction, { forwardedBytes: number; lostBytes: number }>;
}

interface TcpProxyOptions {
  /** Called at each connection; may throw while the server is away. */
  target(): { host?: string; port: number };
  /** Port to listen on. Default: a free port. */
  port?: number;
  /** Address to listen on. Default: loopback. */
  host?: string;
}

const PASS: Way = { kind: "pass" };

export class TcpProxy {
  readonly counts: FaultCounts = {
    accepted: 0,
    resets: 0,
    halfCloses: 0,
    forwardedBytes: 0,
    lostBytes: 0,
    delayedBytes: 0,
    freezes: 0,
    refused: 0,
    ways: { up: { forwardedBytes: 0, lostBytes: 0 }, down: { forwardedBytes: 0, lostBytes: 0 } },
  };
  /** Called with all bytes before they are passed on, so that a fault can hit one exact moment. */
  onBytes: ((connection: ProxiedConnection, direction: Direction, bytes: Buffer) => void) | null = null;
  readonly #connections = new Set<ProxiedConnection>();
  /** Behaviour of new connections. */
  readonly #ways: Record<Direction, Way> = { up: PASS, down: PASS };

  private constructor(
    private readonly server: Server,
    private readonly options: TcpProxyOptions,
  ) {}

  static async listen(options: TcpProxyOptions): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    const proxy = new TcpProxy(server, options);
    server.on("connection", (client) => proxy.#accept(client));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: options.host ?? "127.0.0.1", port: options.port ?? 0 }, resolve);
    });
    return proxy;
  }

  get port(): number {
    const address = this.server.address();
    if (address === null || typeof address === "string") throw new Error("the proxy does not listen");
    return address.port;
  }

  /** Open connections. */
  get connections(): readonly ProxiedConnection[] {
    return [...this.#connections];
  }

  /** Sets the behaviour of all connections, including new ones. Without a direction: both. */
  set(way: Way, direction?: Direction) {
    for (const each of direction ? [direction] : (["up", "down"] as const)) {
      this.#ways[each] = way;
      for (const connection of this.#connections) connection.set(way, each);
    }
  }

  /** Resets all open connections on both sides. */
  reset() {
    for (const connection of this.connections) connection.reset();
  }

  async close() {
    this.reset();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  #accept(client: Socket) {
    this.counts.accepted++;
    const server = new Socket({ allowHalfOpen: true });
    const connection = new ProxiedConnection(client, server, {
      counts: this.counts,
      onBytes: (direction, bytes) => this.onBytes?.(connection, direction, bytes),
      onClosed: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    connection.set(this.#ways.up, "up");
    connection.set(this.#ways.down, "down");
    try {
      const { host = "127.0.0.1", port } = this.options.target();
      server.once("connect", () => connection.start());
      server.connect({ host, port });
    } catch {
      connection.fail();
    }
  }
}

interface ConnectionHooks {
  counts: FaultCounts;
  onBytes(direction: Direction, bytes: Buffer): void;
  onClosed(): void;
}

class ProxiedConnection {
  readonly #ways: Record<Direction, Way> = { up: PASS, down: PASS };
  /** The proxy has closed this direction: its bytes have no receiver. */
  readonly #ended: Record<Direction, boolean> = { up: false, down: false };
  /** Delayed bytes, in order. */
  readonly #queues: Record<Direction, Promise<void>> = { up: Promise.resolve(), down: Promise.resolve() };
  #open = true;
  #started = false;

  constructor(
    private readonly client: Socket,
    private readonly server: Socket,
    private readonly hooks: ConnectionHooks,
  ) {
    for (const direction of ["up", "down"] as const) {
      const { from } = this.#ends(direction);
      from.setNoDelay(true);
      from.on("data", (bytes: Buffer) => this.#take(direction, bytes));
      from.on("end", () => this.#inOrder(direction, () => this.#end(direction)));
    }
    client.on("error", () => this.#close("reset"));
    client.on("close", () => this.#close("end"));
    server.on("error", () => (this.#started ? this.#close("reset") : this.fail()));
    server.on("close", () => this.#close("end"));
  }

  get open() {
    return this.#open;
  }

  /** Both sides are connected. */
  start() {
    this.#started = true;
    for (const direction of ["up", "down"] as const) this.#applyFreeze(direction);
  }

  /** No server listens behind the proxy. */
  fail() {
    if (!this.#open) return;
    this.hooks.counts.refused++;
    this.#close("reset");
  }

  set(way: Way, direction: Direction) {
    if (way.kind === "freeze" && this.#ways[direction].kind !== "freeze") this.hooks.counts.freezes++;
    this.#ways[direction] = way;
    if (this.#started) this.#applyFreeze(direction);
  }

  /** RST to both sides. */
  reset() {
    if (!this.#open) return;
    this.hooks.counts.resets++;
    this.#close("reset");
  }

  /** Closes one direction towards its receiver; the other direction stays open. */
  halfClose(direction: Direction) {
    if (!this.#open || this.#ended[direction]) return;
    this.hooks.counts.halfCloses++;
    this.#end(direction);
  }

  #ends(direction: Direction) {
    return direction === "up" ? { from: this.client, to: this.server } : { from: this.server, to: this.client };
  }

  #applyFreeze(direction: Direction) {
    const { from } = this.#ends(direction);
    if (this.#ways[direction].kind === "freeze") from.pause();
    else from.resume();
  }

  #take(direction: Direction, bytes: Buffer) {
    this.hooks.onBytes(direction, bytes);
    const way = this.#ways[direction];
    if (way.kind === "blackhole" || this.#ended[direction]) {
      this.hooks.counts.lostBytes += bytes.length;
      this.hooks.counts.ways[direction].lostBytes += bytes.length;
      return;
    }
    if (way.kind === "delay") {
      this.hooks.counts.delayedBytes += bytes.length;
      const due = Bun.sleep(way.ms);
      this.#inOrder(direction, () => due.then(() => this.#forward(direction, bytes)));
    } else this.#inOrder(direction, () => this.#forward(direction, bytes));
  }

  #inOrder(direction: Direction, work: () => void | Promise<void>) {
    this.#queues[direction] = this.#queues[direction].then(work);
  }

  #forward(direction: Direction, bytes: Buffer) {
    const { from, to } = this.#ends(direction);
    if (!this.#open || this.#ended[direction]) return;
    this.hooks.counts.forwardedBytes += bytes.length;
    this.hooks.counts.ways[direction].forwardedBytes += bytes.length;
    if (to.write(bytes)) return;
    from.pause();
    to.once("drain", () => this.#open && this.#applyFreeze(direction));
  }

  #end(direction: Direction) {
    if (this.#ended[direction]) return;
    this.#ended[direction] = true;
    // A black hole drops the end of the stream too.
    if (this.#ways[direction].kind !== "blackhole") this.#ends(direction).to.end();
  }

  #close(how: "reset" | "end") {
    if (!this.#open) return;
    this.#open = false;
    for (const socket of [this.client, this.server]) {
      if (how === "reset") socket.resetAndDestroy();
      else socket.destroySoon();
    }
    this.hooks.onClosed();
  }
}
