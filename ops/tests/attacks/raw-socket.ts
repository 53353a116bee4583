// A WebSocket client that can break every rule: frames byte by byte, any Origin, no answer to pings.

import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";

export interface Upgrade {
  /** `http://host:port`. */
  url: string;
  path: string;
  headers?: Record<string, string>;
}

export interface FrameShape {
  opcode: number;
  payload?: Uint8Array;
  /** Default true. */
  fin?: boolean;
  /** Default true, as clients must. */
  masked?: boolean;
  /** RSV1: compressed. */
  compressed?: boolean;
  /** Length claimed by the header. Default: the real length. */
  claimedBytes?: number;
}

export class RawSocket {
  /** Status of the answer to the upgrade. */
  status = 0;
  /** Code of the close frame; 1006: the connection ended without one. */
  closeCode: number | null = null;
  readonly closed = Promise.withResolvers<number>();
  /** Received frames by opcode. */
  readonly received = new Map<number, number>();
  /** Called with each text. */
  onText: ((text: string) => void) | null = null;
  #buffer = Buffer.alloc(0);

  private constructor(readonly socket: Socket) {}

  /** Resolves with the status of the answer; the connection stays open only after 101. */
  static open({ url, path, headers = {} }: Upgrade): Promise<RawSocket> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname.replace(/[[\]]/g, ""));
    const raw = new RawSocket(socket);
    const fields = {
      host,
      upgrade: "websocket",
      connection: "Upgrade",
      "sec-websocket-version": "13",
      "sec-websocket-key": randomBytes(16).toString("base64"),
      ...headers,
    };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
    socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    return new Promise((resolve, reject) => {
      socket.on("error", () => {}); // `close` follows.
      socket.on("close", () => {
        raw.#end(1006);
        if (raw.status === 0) reject(new Error("closed without an answer"));
      });
      socket.on("data", (chunk: Buffer) => {
        raw.#buffer = Buffer.concat([raw.#buffer, chunk]);
        if (raw.status === 0) {
          const end = raw.#buffer.indexOf("\r\n\r\n");
          if (end < 0) return;
          raw.status = Number(/^HTTP\/1\.1 (\d+)/.exec(raw.#buffer.toString("latin1"))?.[1] ?? 0);
          raw.#buffer = raw.#buffer.subarray(end + 4);
          resolve(raw);
          if (raw.status !== 101) socket.destroy();
        }
        if (raw.status === 101) raw.#read();
      });
    });
  }

  /** False: the buffer is full, wait for `drained`. */
  send(frame: FrameShape): boolean {
    return this.socket.writable && this.socket.write(bytesOf(frame));
  }

  text(text: string) {
    return this.send({ opcode: 1, payload: Buffer.from(text) });
  }

  write(bytes: Uint8Array): boolean {
    return this.socket.writable && this.socket.write(bytes);
  }

  /** Resolves when all written bytes were sent, or the connection ended. */
  async drained() {
    if (!this.socket.writableNeedDrain) return;
    await Promise.race([new Promise((resolve) => this.socket.once("drain", resolve)), this.closed.promise]);
  }

  /** The close code; null when still open after that time. */
  closedWithin(ms: number): Promise<number | null> {
    return Promise.race([this.closed.promise, Bun.sleep(ms).then(() => null)]);
  }

  /** Resets the connection, because thousands of them in TIME_WAIT would slow the attacker down. */
  destroy() {
    this.socket.resetAndDestroy();
  }

  #read() {
    for (;;) {
      if (this.#buffer.length < 2) return;
      const opcode = this.#buffer[0]! & 0x0f;
      let length = this.#buffer[1]! & 0x7f;
      let head = 2;
      if (length === 126) {
        if (this.#buffer.length < 4) return;
        length = this.#buffer.readUInt16BE(2);
        head = 4;
      } else if (length === 127) {
        if (this.#buffer.length < 10) return;
        length = Number(this.#buffer.readBigUInt64BE(2));
        head = 10;
      }
      if (this.#buffer.length < head + length) return;
      const payload = this.#buffer.subarray(head, head + length);
      this.#buffer = this.#buffer.subarray(head + length);
      this.received.set(opcode, (this.received.get(opcode) ?? 0) + 1);
      if (opcode === 1) this.onText?.(payload.toString());
      if (opcode === 8) this.#end(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
    }
  }

  #end(code: number) {
    this.closeCode ??= code;
    this.closed.resolve(this.closeCode);
  }
}

export function bytesOf({ opcode, payload = new Uint8Array(), fin = true, masked = true, ...rest }: FrameShape) {
  const length = rest.claimedBytes ?? payload.length;
  const first = (fin ? 0x80 : 0) | (rest.compressed ? 0x40 : 0) | opcode;
  const mask = masked ? 0x80 : 0;
  const head =
    length < 126
      ? Buffer.from([first, mask | length])
      : length < 65_536
        ? Buffer.from([first, mask | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([first, mask | 127]), eightBytes(length)]);
  // A key of zeros leaves the payload unchanged.
  return Buffer.concat([head, masked ? Buffer.alloc(4) : Buffer.alloc(0), payload]);
}

function eightBytes(length: number) {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return bytes;
}
