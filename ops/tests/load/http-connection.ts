// One HTTP/1.1 keep-alive connection that asks one thing at a time. A thousand of them cost less than a thousand uses of fetch, which carries 256 at once.

export interface Answer {
  status: number;
  contentType: string;
  /** Bytes of the body. */
  length: number;
  /** Null unless it was asked for. */
  text: string | null;
  /** Hash of the body; null unless it was asked for. */
  hash: number | bigint | null;
  tookMs: number;
}

interface Asking {
  keep: boolean;
  hashed: boolean;
  startMs: number;
  resolve(answer: Answer): void;
}

/** Longer answers are no playlists and no parts. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;
const HEAD_BYTES_MAX = 64 * 1024;
const HEAD_END = Buffer.from("\r\n\r\n");
const CLOSED: Answer = { status: 0, contentType: "", length: 0, text: null, hash: null, tookMs: 0 };

export class HttpConnection {
  #socket: Bun.Socket | null = null;
  #asking: Asking | null = null;
  #head: Buffer = Buffer.alloc(0);
  #status = 0;
  #contentType = "";
  #left = -1;
  #length = 0;
  #kept: Buffer[] = [];

  constructor(private readonly place: { hostname: string; port: number }) {}

  /** Status 0: the connection broke, or the answer is not one that this client reads. Connects when needed. */
  async get(path: string, { keep = false, hashed = false } = {}): Promise<Answer> {
    if (this.#asking) throw new Error("a connection asks one thing at a time");
    const { hostname, port } = this.place;
    const answer = new Promise<Answer>((resolve) => {
      this.#asking = { keep, hashed, startMs: performance.now(), resolve };
    });
    try {
      this.#socket ??= await this.#connect();
      this.#socket.write(`GET ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\n\r\n`);
    } catch {
      this.#broken();
    }
    return answer;
  }

  close() {
    this.#socket?.end();
    this.#broken();
  }

  #connect() {
    return Bun.connect({
      ...this.place,
      socket: {
        data: (_, bytes) => this.#take(bytes),
        close: () => this.#broken(),
        error: () => this.#broken(),
      },
    });
  }

  #broken() {
    const asking = this.#asking;
    this.#socket = null;
    this.#reset();
    asking?.resolve({ ...CLOSED, tookMs: performance.now() - asking.startMs });
  }

  #reset() {
    this.#asking = null;
    this.#head = Buffer.alloc(0);
    this.#left = -1;
    this.#length = 0;
    this.#kept = [];
  }

  #take(bytes: Buffer) {
    const asking = this.#asking;
    if (!asking) return;
    let body = bytes;
    if (this.#left < 0) {
      this.#head = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes]);
      const end = this.#head.indexOf(HEAD_END);
      if (end < 0) return this.#head.length > HEAD_BYTES_MAX ? this.#refuse() : undefined;
      const head = this.#head.toString("latin1", 0, end);
      body = this.#head.subarray(end + HEAD_END.length);
      this.#status = Number(head.slice(9, 12));
      this.#contentType = /^content-type: *(.*)$/im.exec(head)?.[1]?.trim() ?? "";
      this.#left = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? (this.#status === 204 ? 0 : Number.NaN));
      if (!(this.#left <= BODY_BYTES_MAX)) return this.#refuse();
    }
    this.#left -= body.length;
    this.#length += body.length;
    // The buffer belongs to the socket and is used again after this call.
    if (asking.keep || asking.hashed) this.#kept.push(Buffer.from(body));
    if (this.#left <= 0) this.#done(asking);
  }

  #done({ keep, hashed, startMs, resolve }: Asking) {
    const whole = keep || hashed ? (this.#kept.length === 1 ? this.#kept[0]! : Buffer.concat(this.#kept)) : null;
    const answer: Answer = {
      status: this.#status,
      contentType: this.#contentType,
      length: this.#length,
      text: keep ? whole!.toString("utf8") : null,
      hash: hashed ? Bun.hash(whole!) : null,
      tookMs: performance.now() - startMs,
    };
    this.#reset();
    resolve(answer);
  }

  /** Chunked answers are not read: the edge gives the length of all that it holds. */
  #refuse() {
    this.#socket?.end();
    this.#broken();
  }
}
