// A pull of one live stream from an RTMP server.

import type { Clock } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import type { Since } from "../kept/tag-ring.ts";
import { parseAddress } from "./address.ts";
import { HANDSHAKE_BYTES, type RtmpClient } from "./client.ts";
import type { RtmpMessage } from "./message.ts";
import { rtmpPlayer } from "./player.ts";
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
  /** Where messages of before are at hand, those since then come first, with the times at which they came. Default: from the newest keyframe on. */
  since?: Since;
  /** Audio (8), video (9) and data (18). What it throws ends the pull. */
  onMessage(message: RtmpMessage): void;
  /** NetStream.Play.Start, NetStream.Play.StreamNotFound and so on. */
  onStatus(code: string, description: string): void;
  /** The pull is over, and why, for the log. Once, and not after `close`. Without `how` the server closed it. */
  onClose(why: string, how?: PullEnd): void;
}

/** The server closed the connection; it was lost or never stood; what came was not RTMP. */
export type PullEnd = "closed" | "lost" | "garbage";

/** Where messages come from. The simulator and tests have their own. */
export type RtmpConnect = (options: RtmpPullOptions) => RtmpPull;

/** After a read the socket stays awake for this long. nginx does not set TCP_NODELAY, so it holds small messages back until what it sent before
 *  is acknowledged, which a read does: they come at once then, and would have to wait for a second rest. */
const AWAKE_MS = 4;

interface PullParts {
  clock: Clock;
  random: Random;
  /** Once the stream plays, a read is followed by the next after this time, and what came meanwhile is read together: nginx sends each
   *  picture and each frame of sound alone, and to wake up for each costs a third of a channel. Default: it never rests. */
  restMs?: number;
}

/** Pulls over TCP. Throws TypeError for an address that is not RTMP. */
export const rtmpConnect =
  (parts: PullParts): RtmpConnect =>
  (options) =>
    new TcpPull(options, parts);

class TcpPull implements RtmpPull {
  #socket: Bun.Socket | null = null;
  #over = false;
  readonly #player: RtmpClient;
  readonly #watchdog: Watchdog;
  readonly #scrub: (text: string) => string;
  #plays = false;
  /** Null: the socket neither rests nor is about to. */
  #wake: (() => void) | null = null;

  constructor(
    private readonly options: RtmpPullOptions,
    private readonly parts: PullParts,
  ) {
    const { clock, random } = parts;
    const address = parseAddress(options.url);
    this.#scrub = address.scrub;
    this.#player = rtmpPlayer({
      address,
      randomBytes: random.bytes(HANDSHAKE_BYTES - 8),
      send: (bytes) => this.#send(bytes),
      onMessage: (message) => {
        if (!this.#over) options.onMessage(message);
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
    return this.#player.heldBytes;
  }

  close() {
    this.#over = true;
    this.#wake?.();
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
        data: (socket, bytes) => this.#take(socket, bytes),
        close: (_, error) => {
          if (error) this.#end(error.message, "lost");
          else this.#end("closed by the server", "closed");
        },
        error: (_, error) => this.#end(error.message, "lost"),
      },
    }).catch((error: unknown) => this.#end(error instanceof Error ? error.message : String(error), "lost"));
  }

  #take(socket: Bun.Socket, bytes: Uint8Array) {
    if (this.#over) return;
    this.#watchdog.bytesCame();
    try {
      this.#player.push(bytes);
    } catch (error) {
      this.#end(`not RTMP: ${error instanceof Error ? error.message : error}`, "garbage");
    }
    const { clock, restMs = 0 } = this.parts;
    if (this.#over || !this.#plays || restMs === 0 || this.#wake) return;
    let cancel = clock.timer(AWAKE_MS, () => {
      socket.pause();
      cancel = clock.timer(restMs - AWAKE_MS, () => this.#wake?.());
    });
    this.#wake = () => {
      this.#wake = null;
      cancel();
      socket.resume();
    };
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
