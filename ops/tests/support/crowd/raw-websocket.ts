// A WebSocket client (RFC 6455) for crowds: on a bare TCP socket, without compression, with whole frames only. A process carries thousands.

interface RawWebSocketEvents {
  opened(): void;
  /** A text frame. The bytes are valid only during the call. */
  received(payload: Buffer): void;
  /** Called once. 1006: without a close frame, or never open. `status`: of a refused handshake. */
  closed(code: number, status?: number): void;
}

const OPCODE = { text: 1, close: 8, ping: 9, pong: 10 } as const;
const HEAD_END = Buffer.from("\r\n\r\n");
/** A key of the handshake; servers only echo its hash. */
const KEY = "dGhlIHNhbXBsZSBub25jZQ==";

export class RawWebSocket {
  #phase: "connecting" | "open" | "closed" = "connecting";
  #socket: Bun.Socket<RawWebSocket> | null = null;
  /** The begin of a frame, or of the handshake's answer. */
  #rest: Buffer | null = null;
  /** Null: as fast as they come. */
  #bytesPerS: number | null = null;

  constructor(
    private readonly url: URL,
    private readonly events: RawWebSocketEvents,
  ) {
    const port = Number(url.port || 80);
    Bun.connect({ hostname: url.hostname, port, data: this, socket: handlers }).catch(() => this.#end(1006));
  }

  get isOpen() {
    return this.#phase === "open";
  }

  send(text: string) {
    this.#write(OPCODE.text, Buffer.from(text));
  }

  /** Reads so many bytes a second from now on, so that the server's buffers fill up. 0: none. */
  throttle(bytesPerS: number) {
    this.#bytesPerS = bytesPerS;
    if (bytesPerS === 0) this.#socket?.pause();
  }

  close() {
    if (this.#phase === "open") this.#write(OPCODE.close, Buffer.from([1000 >> 8, 1000 & 255]));
    this.#end(1000);
  }

  /** @internal */
  connected(socket: Bun.Socket<RawWebSocket>) {
    if (this.#phase === "closed") return void socket.terminate();
    this.#socket = socket;
    const { pathname, search, host } = this.url;
    const lines = [
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      `Sec-WebSocket-Key: ${KEY}`,
    ];
    socket.write(`${lines.join("\r\n")}\r\n\r\n`);
  }

  /** @internal */
  got(chunk: Buffer) {
    if (this.#bytesPerS !== null) this.#pauseFor(chunk.length);
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = null;
    if (this.#phase === "connecting") {
      const end = bytes.indexOf(HEAD_END);
      if (end < 0) {
        this.#rest = Buffer.from(bytes);
        return;
      }
      const status = Number(bytes.toString("latin1", 9, 12));
      if (status !== 101) return this.#end(1006, status);
      this.#phase = "open";
      this.events.opened();
      bytes = bytes.subarray(end + HEAD_END.length);
    }
    this.#readFrames(bytes);
  }

  /** Pauses for as long as so many bytes may take. */
  #pauseFor(bytes: number) {
    this.#socket?.pause();
    if (this.#bytesPerS) setTimeout(() => this.#socket?.resume(), (bytes / this.#bytesPerS) * 1_000);
  }

  #readFrames(bytes: Buffer) {
    let at = 0;
    while (this.#phase === "open" && bytes.length - at >= 2) {
      const short = bytes[at + 1]! & 127;
      const headLength = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length - at < headLength) break;
      const length = short === 126 ? bytes.readUInt16BE(at + 2) : short === 127 ? bytes.readUInt32BE(at + 6) : short;
      const end = at + headLength + length;
      if (bytes.length < end) break;
      this.#frame(bytes[at]! & 15, bytes.subarray(at + headLength, end));
      at = end;
    }
    if (this.#phase === "open" && at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
  }

  #frame(opcode: number, payload: Buffer) {
    if (opcode === OPCODE.text) this.events.received(payload);
    else if (opcode === OPCODE.ping) this.#write(OPCODE.pong, payload);
    else if (opcode === OPCODE.close) this.#end(payload.length >= 2 ? payload.readUInt16BE(0) : 1005);
  }

  /** Masked with zeros, which leaves the payload unchanged. */
  #write(opcode: number, payload: Buffer) {
    if (this.#phase !== "open") return;
    const { length } = payload;
    const head = length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | Math.min(length, 126);
    if (length >= 126) head.writeUInt16BE(length, 2);
    this.#socket?.write(Buffer.concat([head, payload]));
  }

  /** @internal */
  lost() {
    this.#end(1006);
  }

  #end(code: number, status?: number) {
    if (this.#phase === "closed") return;
    this.#phase = "closed";
    this.#rest = null;
    this.#socket?.end();
    this.events.closed(code, status);
  }
}

/** Shared by all sockets, so that none has closures of its own. */
const handlers: Bun.SocketHandler<RawWebSocket> = {
  open: (socket) => socket.data.connected(socket),
  data: (socket, chunk) => socket.data.got(chunk),
  close: (socket) => socket.data.lost(),
  error: (socket) => socket.data.lost(),
};
