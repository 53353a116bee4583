// A pull of one live stream from an RTMP server.

import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import { parseAddress } from "./address.ts";
import type { RtmpMessage } from "./message.ts";
import { HANDSHAKE_BYTES, RtmpPlayer } from "./player.ts";
import { Watchdog } from "./watchdog.ts";

export interface RtmpPull {
  /** May be called twice. Nothing is reported after it. */
  close(): void;
  /** Memory for messages that are not whole. */
  readonly heldBytes?: number;
}

export interface RtmpPullOptions {
  /** `rtmp://host[:port]/app/stream[?query]`. The query may be a secret; it is never reported. */
  url: string;
  /** Audio (8), video (9) and data (18). What it throws ends the pull. `cameMs`: when its last bytes came, monotonic ms; default: now. */
  onMessage(message: RtmpMessage, cameMs?: number): void;
  /** NetStream.Play.Start, NetStream.Play.StreamNotFound and so on. */
  onStatus(code: string, description: string): void;
  /** The pull is over, and why, for the log. Once, and not after `close`. Without `how` the server closed it. */
  onClose(why: string, how?: PullEnd): void;
}

/** The server closed the connection; it was lost or never stood; what came was not RTMP. */
export type PullEnd = "closed" | "lost" | "garbage";

/** Where messages come from. The simulator and tests have their own. */
export type RtmpConnect = (options: RtmpPullOptions) => RtmpPull;

/** More waiting bytes are read at once. */
const BATCH_BYTES_MAX = 256 * 1024;

interface PullParts {
  clock: Clock;
  random: Random;
  /** Once the stream plays, what comes within this time is read together: nginx sends each picture and each frame of sound alone, and to
   *  wake up for each costs a fifth of a channel. 0: nothing waits. */
  batchMs?: number;
}

/** Pulls over TCP. Throws TypeError for an address that is not RTMP. */
export const rtmpConnect =
  (parts: PullParts): RtmpConnect =>
  (options) =>
    new TcpPull(options, parts);

class TcpPull implements RtmpPull {
  #socket: Bun.Socket | null = null;
  #over = false;
  readonly #player: RtmpPlayer;
  readonly #watchdog: Watchdog;
  readonly #scrub: (text: string) => string;
  #plays = false;
  #waiting: { bytes: Uint8Array; cameMs: number }[] = [];
  #waitingBytes = 0;
  /** Of the bytes that are being read. */
  #cameMs = 0;
  #cancelRead = () => {};

  constructor(
    private readonly options: RtmpPullOptions,
    private readonly parts: PullParts,
  ) {
    const { clock, random } = parts;
    const address = parseAddress(options.url);
    this.#scrub = address.scrub;
    this.#player = new RtmpPlayer({
      address,
      randomBytes: random.bytes(HANDSHAKE_BYTES - 8),
      send: (bytes) => this.#send(bytes),
      onMessage: (message) => {
        if (!this.#over) options.onMessage(message, this.#cameMs);
      },
      onStatus: (status) => this.#status(status),
    });
    this.#watchdog = new Watchdog(clock, {
      shaken: () => this.#player.shaken,
      ping: () => this.#player.ping(),
      onDead: (why) => this.#end(why, "lost"),
    });
    this.#connect(address.host, address.port);
  }

  get heldBytes() {
    return this.#player.heldBytes + this.#waitingBytes;
  }

  close() {
    this.#over = true;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#cancelRead();
    this.#watchdog.stop();
    this.#socket?.end();
    this.#socket = null;
  }

  #connect(hostname: string, port: number) {
    Bun.connect({
      hostname,
      port,
      socket: {
        open: (socket) => {
          if (this.#over) return void socket.end();
          this.#socket = socket;
          socket.setNoDelay(true);
          this.#player.open();
        },
        data: (_, bytes) => this.#take(bytes),
        close: (_, error) => {
          this.#read();
          if (error) this.#end(error.message, "lost");
          else this.#end("closed by the server", "closed");
        },
        error: (_, error) => {
          this.#read();
          this.#end(error.message, "lost");
        },
      },
    }).catch((error: unknown) => this.#end(error instanceof Error ? error.message : String(error), "lost"));
  }

  #take(bytes: Uint8Array) {
    if (this.#over) return;
    this.#watchdog.bytesCame();
    const { clock, batchMs = 0 } = this.parts;
    this.#waiting.push({ bytes, cameMs: clock.monoMs() });
    this.#waitingBytes += bytes.length;
    if (!this.#plays || batchMs === 0 || this.#waitingBytes > BATCH_BYTES_MAX) this.#read();
    else if (this.#waiting.length === 1) this.#cancelRead = clock.timer(batchMs, () => this.#read());
  }

  #read() {
    this.#cancelRead();
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    try {
      for (const { bytes, cameMs } of waiting) {
        if (this.#over) return;
        this.#cameMs = cameMs;
        this.#player.push(bytes);
      }
    } catch (error) {
      this.#end(`not RTMP: ${error instanceof Error ? error.message : error}`, "garbage");
    }
  }

  #status({ code, description, failed }: { code: string; description: string; failed: boolean }) {
    if (this.#over) return;
    if (code === "NetStream.Play.Start") {
      this.#plays = true;
      this.#watchdog.playStarted();
    }
    this.options.onStatus(code, this.#scrub(description));
    if (failed) this.#end(`refused: ${code || "a command"}`, "closed");
  }

  /** Commands have a few hundred bytes: what the socket does not take at once means a server that does not read. */
  #send(bytes: Uint8Array) {
    if (this.#socket && this.#socket.write(bytes) < bytes.length) this.#end("the server does not read", "lost");
  }

  #end(why: string, how: PullEnd) {
    if (this.#over) return;
    this.close();
    this.options.onClose(this.#scrub(why), how);
  }
}
