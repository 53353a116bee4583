// Immutable media kept in memory, bounded in bytes: the least recently used goes first, the newest of each kind last.

type KeptKind = "init" | "segment" | "part";

/** How long a thing is spared while anything older is left: an init while its broadcast may need it, a segment while it may be
 *  listed, a part until its segment has taken its place. */
const SPARED_MS: Record<KeptKind, number> = { init: 600_000, segment: 60_000, part: 15_000 };
/** What a full cache is brought down to, so that not each new thing searches again. */
const LOW_WATER = 0.95;

interface Kept {
  kind: KeptKind;
  bytes: Uint8Array<ArrayBuffer>;
  sinceMs: number;
}

export class MediaCache {
  // In order of use: a Map keeps insertion order, and a hit inserts again.
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

  /** Without making it more recent. */
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

  /** What is larger than the whole cache is not kept; a key that is there keeps its bytes, they are the same. */
  put(key: string, kind: KeptKind, bytes: Uint8Array<ArrayBuffer>) {
    if (bytes.byteLength > this.bytesMax || this.#kept.has(key)) return;
    this.#kept.set(key, { kind, bytes, sinceMs: this.monoMs() });
    this.#bytes += bytes.byteLength;
    if (this.#bytes > this.bytesMax) this.#makeRoom(key);
  }

  /** All whose key begins so. */
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
    for (const mercy of [true, false])
      for (const [key, kept] of this.#kept) {
        if (this.#bytes <= lowBytes) return;
        if (key === newest || (mercy && nowMs - kept.sinceMs < SPARED_MS[kept.kind])) continue;
        this.#kept.delete(key);
        this.#bytes -= kept.bytes.byteLength;
      }
  }
}
