// A file of the app, ready to be sent in each coding.

import { brotliCompressSync, constants, gzipSync } from "node:zlib";

export interface Asset {
  /** File name below `/assets/`; carries a hash, so the content under a name never changes. */
  name: string;
  contentType: string;
  plain: Uint8Array<ArrayBuffer>;
  /** Null: the content is compressed by itself. */
  brotli: Uint8Array<ArrayBuffer> | null;
  gzip: Uint8Array<ArrayBuffer> | null;
}

/** Brotli quality 7 saves four fifths of what quality 11 saves, in a tenth of the time. */
export const textAsset = (name: string, contentType: string, plain: Uint8Array<ArrayBuffer>): Asset => ({
  name,
  contentType: contentType.startsWith("text/") ? `${contentType}; charset=utf-8` : contentType,
  plain,
  brotli: new Uint8Array(brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 7 } })),
  gzip: new Uint8Array(gzipSync(plain)),
});

/** For content that no coding makes smaller. */
export const storedAsset = (name: string, contentType: string, plain: Uint8Array<ArrayBuffer>): Asset => ({
  name,
  contentType,
  plain,
  brotli: null,
  gzip: null,
});

/** `main.css` becomes `main-<hash>.css`. */
export const hashed = (name: string, content: Uint8Array) =>
  name.replace(/(?=\.\w+$)/, `-${Bun.hash(content).toString(36)}`);
