// The requests of the conformance reader: with a limit of time each, and a memory of what was behind a URI.

import type { Tally } from "#ops/tests/support/hls/check.ts";
import { fetchChecks } from "./media-checks.ts";

const WITHIN_MS = 40_000;
/** URIs whose hash is kept. */
const HASHES_MAX = 20_000;

export interface Got {
  /** 0: no answer. */
  status: number;
  contentType: string;
  bytes: Uint8Array;
  tookMs: number;
}

export class Fetcher {
  readonly #hashes = new Map<string, number | bigint>();

  constructor(private readonly tally: Tally) {}

  playlist(url: string): Promise<Got> {
    return this.bytes(url);
  }

  async bytes(url: string): Promise<Got> {
    const startMs = performance.now();
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) });
      const bytes = await response.bytes();
      const contentType = response.headers.get("content-type") ?? "";
      return { status: response.status, contentType, bytes, tookMs: performance.now() - startMs };
    } catch {
      return { status: 0, contentType: "", bytes: new Uint8Array(), tookMs: performance.now() - startMs };
    }
  }

  /** What a playlist lists: it must be there, and always the same. */
  async listed(url: string, where: string): Promise<Got> {
    const got = await this.bytes(url);
    const hash = Bun.hash(got.bytes);
    const known = this.#hashes.get(url);
    const sameAsBefore = got.status !== 200 || known === undefined ? null : known === hash;
    this.tally.run(fetchChecks, { uri: new URL(url).pathname, status: got.status, sameAsBefore }, where);
    if (got.status === 200 && known === undefined) this.#hashes.set(url, hash);
    if (this.#hashes.size > HASHES_MAX) this.#hashes.delete(this.#hashes.keys().next().value!);
    return got;
  }
}
