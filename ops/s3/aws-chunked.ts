// Decodes bodies in chunks with trailers behind them (AWS: SigV4, "Transferring payload in multiple chunks"), without signatures of chunks.
//
//   5;chunk-extension\r\nhello\r\n 0\r\nx-amz-checksum-crc32:…\r\n\r\n

import { S3Error } from "./s3-error.ts";

const LINE_BYTES_MAX = 1_024;
const TRAILERS_MAX = 16;

type State = "size" | "data" | "data-end" | "trailer" | "end";

export class AwsChunked {
  readonly trailers: Record<string, string> = {};
  #state: State = "size";
  /** Bytes of the chunk that have not come yet. */
  #left = 0;
  /** Of a line that has not ended yet. */
  #line = "";

  /** True once the last chunk and the trailers have arrived. */
  get ended() {
    return this.#state === "end";
  }

  /** The payload in these bytes. Throws S3Error for what is not in this coding. */
  *push(bytes: Uint8Array): Generator<Uint8Array> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#state === "data") {
        const piece = bytes.subarray(at, at + this.#left);
        at += piece.length;
        this.#left -= piece.length;
        if (this.#left === 0) this.#state = "data-end";
        yield piece;
        continue;
      }
      const end = bytes.indexOf(0x0a, at);
      const words = bytes.subarray(at, end < 0 ? bytes.length : end + 1);
      at += words.length;
      this.#line += Buffer.from(words).toString("latin1");
      if (this.#line.length > LINE_BYTES_MAX) throw new S3Error("IncompleteBody", "a line is too long");
      if (end < 0) continue;
      const line = this.#line;
      this.#line = "";
      if (!line.endsWith("\r\n")) throw new S3Error("IncompleteBody", "a line does not end with CR LF");
      this.#takeLine(line.slice(0, -2));
    }
  }

  #takeLine(line: string) {
    switch (this.#state) {
      case "size": {
        const [, hex] = /^([0-9a-fA-F]{1,10})(?:;.*)?$/.exec(line) ?? [];
        if (hex === undefined) throw new S3Error("IncompleteBody", "not the size of a chunk");
        this.#left = Number.parseInt(hex, 16);
        this.#state = this.#left === 0 ? "trailer" : "data";
        return;
      }
      case "data-end":
        if (line !== "") throw new S3Error("IncompleteBody", "a chunk is longer than its size");
        this.#state = "size";
        return;
      case "trailer": {
        if (line === "") {
          this.#state = "end";
          return;
        }
        const [, name, value] = /^([\w-]+):\s*(.*?)\s*$/.exec(line) ?? [];
        if (name === undefined || value === undefined || Object.keys(this.trailers).length >= TRAILERS_MAX)
          throw new S3Error("IncompleteBody", "not a trailer");
        this.trailers[name.toLowerCase()] = value;
        return;
      }
      default:
        throw new S3Error("IncompleteBody", "something follows the end");
    }
  }
}
