// A connection to a target: the name is vetted, one of its vetted addresses is dialled, the certificate is checked against the name, and the
// stream is published there.
//
//   vetting ─► dialling ─► publishing ─► up ─► over
//
// Nothing that the other side says is passed on or logged: it may have the stream key in it.

import { connect as connectTcp, isIP, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { type Clock, every } from "#runtime/base/clock.ts";
import type { Random } from "#runtime/base/random.ts";
import { type Vet, VetFault } from "#runtime/outbound/vet.ts";
import type { TargetAddress, TargetFault } from "#schema/wire/targets.ts";
import { HANDSHAKE_BYTES } from "../intake/rtmp/client.ts";
import { type Publisher, rtmpPublisher } from "./publisher.ts";

/** One address: TCP and TLS. */
const DIAL_WITHIN_MS = 5_000;
/** Of a name; further ones are not tried. */
const ADDRESSES_MAX = 3;
/** From the connection on, until the server takes the stream. */
const PUBLISH_WITHIN_MS = 10_000;
const LOOK_MS = 2_500;
/** Looks without a byte taken, although some wait. */
const STALLED_LOOKS = 4;
/** Last words that a server does not take by then are not sent. */
const GOODBYE_MS = 500;

export interface ConnectionOptions {
  clock: Clock;
  random: Random;
  vet: Vet;
  address: TargetAddress;
  /** A secret: never reported. */
  streamKey: string;
  encoder: string;
  /** Certificates that RTMPS trusts, PEM. Default: those of the system. */
  ca?: string;
  /** The server takes the stream. */
  onUp(): void;
  /** Once, and not after `stop`. */
  onEnd(why: TargetFault): void;
}

export interface TargetConnection {
  /** Null until `onUp`. */
  readonly publisher: Publisher | null;
  /** Bytes that the server has not taken. */
  readonly heldBytes: number;
  /** Resolves when the connection is gone. May be called twice. */
  stop(how: "ask" | "kill"): Promise<void>;
}

export const openConnection = (options: ConnectionOptions): TargetConnection => new Connection(options);

class Connection implements TargetConnection {
  publisher: Publisher | null = null;
  #phase: "opening" | "publishing" | "up" | "over" = "opening";
  #socket: Socket | null = null;
  #stops: (() => void)[] = [];
  #gone = Promise.withResolvers<void>();

  constructor(private readonly options: ConnectionOptions) {
    void this.#open();
  }

  get heldBytes() {
    return this.#socket?.writableLength ?? 0;
  }

  stop(how: "ask" | "kill"): Promise<void> {
    const polite = how === "ask" && this.#phase === "up";
    if (this.#phase !== "over" && polite) this.publisher?.end();
    this.#close(polite);
    if (how === "kill") this.#socket?.destroy();
    return this.#gone.promise;
  }

  async #open() {
    const { vet, address } = this.options;
    try {
      const found = await vet(address);
      let why: TargetFault = "unreachable";
      for (const { address: ip } of found.slice(0, ADDRESSES_MAX)) {
        if (this.#phase === "over") return;
        const dialled = await this.#dial(ip);
        if (dialled === "connected") return;
        why = dialled;
      }
      this.#end(why);
    } catch (error) {
      this.#end(error instanceof VetFault ? error.why : "unreachable");
    }
  }

  /** Connects to this address and no other, whatever the name leads to by now. */
  #dial(ip: string): Promise<"connected" | TargetFault> {
    const { clock, address, ca } = this.options;
    const { tls, host, port } = address;
    return new Promise((resolve) => {
      // The name is said to the server (SNI), and its certificate must be one of that name. An address is checked as an address.
      const servername = isIP(host) ? {} : { servername: host };
      const socket = tls
        ? connectTls({ host: ip, port, ...servername, ...(ca !== undefined && { ca }), rejectUnauthorized: true })
        : connectTcp({ host: ip, port });
      this.#socket = socket;
      let reached = false;
      const failed = (why: TargetFault) => {
        cancel();
        socket.destroy();
        resolve(why);
      };
      const cancel = clock.timer(DIAL_WITHIN_MS, () => failed("unreachable"));
      socket.once("connect", () => {
        reached = true;
      });
      socket.once(tls ? "secureConnect" : "connect", () => {
        cancel();
        resolve("connected");
        if (this.#phase === "opening") this.#publish(socket);
        else socket.destroy();
      });
      socket.on("error", (error: NodeJS.ErrnoException) =>
        failed(tls && reached && isAboutCertificate(error) ? "certificate" : "unreachable"),
      );
      socket.on("close", () => {
        failed("unreachable");
        if (this.#socket === socket) this.#lost();
      });
    });
  }

  #publish(socket: Socket) {
    const { clock, random, address, streamKey, encoder, onUp } = this.options;
    this.#phase = "publishing";
    socket.setNoDelay(true);
    let asked = false;
    const publisher = rtmpPublisher({
      ...{ encoder, randomBytes: random.bytes(HANDSHAKE_BYTES - 8) },
      address: { app: address.app, tcUrl: address.url, streamKey },
      send: (bytes) => void socket.write(bytes),
      onStart: () => {
        if (this.#phase !== "publishing") return;
        this.#phase = "up";
        this.publisher = publisher;
        onUp();
      },
      onAsked: () => {
        asked = true;
      },
      onRefused: () => this.#end(this.#phase === "up" ? "closed" : "key_refused"),
    });
    this.#whenLost = () => (this.#phase === "up" ? "closed" : asked ? "key_refused" : "not_rtmp");
    socket.on("data", (bytes: Uint8Array) => this.#take(publisher, bytes));
    socket.on("end", () => this.#lost());
    this.#stops = [
      clock.timer(PUBLISH_WITHIN_MS, () => this.#phase === "publishing" && this.#end("not_rtmp")),
      this.#watchForStall(socket),
    ];
    publisher.client.open();
  }

  #whenLost = (): TargetFault => "unreachable";

  #lost() {
    if (this.#phase === "publishing" || this.#phase === "up") this.#end(this.#whenLost());
  }

  #take(publisher: Publisher, bytes: Uint8Array) {
    if (this.#phase === "over") return;
    try {
      publisher.client.push(bytes);
    } catch {
      this.#end("not_rtmp");
    }
  }

  /** What is sent but waits, although time passes. Its size is bounded by the feed. */
  #watchForStall(socket: Socket): () => void {
    let takenBefore = 0;
    let looks = 0;
    return every(this.options.clock, LOOK_MS, () => {
      const taken = socket.bytesWritten - socket.writableLength;
      looks = socket.writableLength > 0 && taken === takenBefore ? looks + 1 : 0;
      takenBefore = taken;
      if (looks >= STALLED_LOOKS) this.#end("stalled");
    });
  }

  #end(why: TargetFault) {
    if (this.#phase === "over") return;
    this.#close(false);
    this.options.onEnd(why);
  }

  #close(polite: boolean) {
    if (this.#phase === "over") return;
    this.#phase = "over";
    for (const stop of this.#stops) stop();
    const socket = this.#socket;
    if (!socket || socket.destroyed) return this.#gone.resolve();
    const cancel = polite ? this.options.clock.timer(GOODBYE_MS, () => socket.destroy()) : () => {};
    socket.once("close", () => {
      cancel();
      this.#gone.resolve();
    });
    if (polite) socket.end();
    else socket.destroy();
  }
}

/** As OpenSSL and Node name them: ERR_TLS_CERT_ALTNAME_INVALID, CERT_HAS_EXPIRED, DEPTH_ZERO_SELF_SIGNED_CERT, UNABLE_TO_VERIFY_LEAF_SIGNATURE. */
const isAboutCertificate = ({ code = "" }: NodeJS.ErrnoException) => /CERT|SIGNATURE|ISSUER/.test(code);
