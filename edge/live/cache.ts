// A cache of media in memory, limited in bytes. It evicts the least recently used first, and the newest of each kind last.

type KeptKind = "init" | "segment" | "part" | "thumbnail";

/** Minimum age for eviction while older entries are left: an init segment stays while its broadcast may need it, a segment while it may be
 *  listed, a part until its segment replaces it, a thumbnail until the next one. */
const SPARED_MS: Record<KeptKind, number> = { init: 600_000, segment: 60_000, part: 15_000, thumbnail: 15_000 };
/** Fraction of the limit to which a full cache is emptied, so that not every `put` has to evict. */
const LOW_WATER = 0.95;

interface Kept {
  kind: KeptKind;
  bytes: Uint8Array<ArrayBuffer>;
  sinceMs: number;
}

export class MediaCache {
  // In order of use: a Map keeps insertion order, and `get` inserts again.
  readonly #kept = new Map<string, Kept>();
  #bytes = 0;

  constructor(
    readonly bytesMax: number,
    private readonly monoMs: () => number,
  ) {}

  get bytes() {
    return this.#bytes;
  }

  get size() {
    return this.#kept.size;
  }

  /** Does not count as a use. */
  has(key: string) {
    return this.#kept.has(key);
  }

  get(key: string): Uint8Array<ArrayBuffer> | undefined {
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.bytes;
  }

  /** Ignores bytes that are larger than the whole cache, and a known key, whose bytes are the same. */
  put(key: string, kind: KeptKind, bytes: Uint8Array<ArrayBuffer>) {
    if (bytes.byteLength > this.bytesMax || this.#kept.has(key)) return;
    this.#kept.set(key, { kind, bytes, sinceMs: this.monoMs() });
    this.#bytes += bytes.byteLength;
    if (this.#bytes > this.bytesMax) this.#makeRoom(key);
  }

  /** As `put`, for a key whose bytes change. */
  replace(key: string, kind: KeptKind, bytes: Uint8Array<ArrayBuffer>) {
    const kept = this.#kept.get(key);
    if (kept) {
      this.#kept.delete(key);
      this.#bytes -= kept.bytes.byteLength;
    }
    this.put(key, kind, bytes);
  }

  /** How long ago the bytes were put; null: they are not here. */
  ageMs(key: string): number | null {
    const kept = this.#kept.get(key);
    return kept ? this.monoMs() - kept.sinceMs : null;
  }

  /** Removes all keys with this prefix. */
  drop(prefix: string) {
    for (const [key, { bytes }] of this.#kept) {
      if (!key.startsWith(prefix)) continue;
      this.#kept.delete(key);
      this.#bytes -= bytes.byteLength;
    }
  }

  #makeRoom(newest: string) {
    const lowBytes = this.bytesMax * LOW_WATER;
    const nowMs = this.monoMs();
    for (const isSparing of [true, false])
      for (const [key, kept] of this.#kept) {
        if (this.#bytes <= lowBytes) return;
        if (key === newest || (isSparing && nowMs - kept.sinceMs < SPARED_MS[kept.kind])) continue;
        this.#kept.delete(key);
        this.#bytes -= kept.bytes.byteLength;
      }
  }
}
