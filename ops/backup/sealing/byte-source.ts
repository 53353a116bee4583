// Reads exact numbers of bytes from a stream of chunks.

export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** `count` bytes; fewer only at the end of the stream. */
  async read(count: number): Promise<Uint8Array> {
    if (this.#rest.length >= count) return this.#take(count);
    const pieces = [this.#rest];
    let length = this.#rest.length;
    while (length < count) {
      const { done, value } = await this.#chunks.next();
      if (done) break;
      pieces.push(value);
      length += value.length;
    }
    this.#rest = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
    return this.#take(Math.min(count, length));
  }

  /** At least one byte, at most `count`; null at the end of the stream. */
  async readSome(count: number): Promise<Uint8Array | null> {
    if (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return null;
      this.#rest = value;
      if (value.length === 0) return this.readSome(count);
    }
    return this.#take(Math.min(count, this.#rest.length));
  }

  /** True when nothing is left. */
  async isAtEnd(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#chunks.next();
      if (done) return true;
      this.#rest = value;
    }
    return false;
  }

  #take(count: number): Uint8Array {
    const taken = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(count);
    return taken;
  }
}

/** The stream in chunks of `size` bytes; the last one may be shorter. An empty stream has one empty chunk. */
export async function* inChunks(stream: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  const source = new ByteSource(stream);
  do yield await source.read(size);
  while (!(await source.isAtEnd()));
}

/** One stream of one chunk. */
export async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** All of a stream that fits into memory. */
export async function bytesOf(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(piece);
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}
