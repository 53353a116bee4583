// A playlist's bytes, plain and compressed, with their validator.

import { promisify } from "node:util";
import { gzip } from "node:zlib";

/** On a thread of its own: the playlist of a long recording has a megabyte. */
const compress = promisify(gzip);
/** Playlists are made anew often, and repeat themselves much. */
const LEVEL = 3;

export class PlaylistBody {
  readonly plain: Uint8Array<ArrayBuffer>;
  /** RFC 9110 §8.8.3. Weak, since it is of both forms. */
  readonly etag: string;
  #gzip: Promise<Uint8Array<ArrayBuffer>> | undefined;

  constructor(text: string) {
    this.plain = new TextEncoder().encode(text);
    this.etag = `W/"${Bun.hash(this.plain).toString(36)}"`;
  }

  get gzip(): Promise<Uint8Array<ArrayBuffer>> {
    this.#gzip ??= compress(this.plain, { level: LEVEL }).then((bytes) => Uint8Array.from(bytes));
    return this.#gzip;
  }
}
