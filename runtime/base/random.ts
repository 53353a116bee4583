// Randomness as a parameter: the system's generator, and a seeded one with repeatable values.

export interface Random {
  /** 0 ≤ x < 1. Not for secrets. */
  next(): number;
  /** For secrets: from the system's generator in production. */
  bytes(length: number): Uint8Array;
  /** A UUIDv7 with the given wall time. */
  uuid(wallMs: number): string;
}

export const systemRandom: Random = {
  next: () => Math.random(),
  bytes: (length) => crypto.getRandomValues(new Uint8Array(length)),
  uuid: (wallMs) => Bun.randomUUIDv7("hex", Math.trunc(wallMs)),
};

/** mulberry32: small, uniform, the same on every machine. */
export class SeededRandom implements Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }

  bytes(length: number) {
    return Uint8Array.from({ length }, () => Math.floor(this.next() * 256));
  }

  uuid(wallMs: number) {
    const b = this.bytes(16);
    new DataView(b.buffer).setBigUint64(0, (BigInt(Math.trunc(wallMs)) << 16n) | BigInt((b[6]! << 8) | b[7]!));
    b[6] = (b[6]! & 0x0f) | 0x70;
    b[8] = (b[8]! & 0x3f) | 0x80;
    return toHex(b).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
}

const toHex = (bytes: Uint8Array) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");

/** `length` random bytes as lower-case hex, two characters each. */
export const randomHex = (random: Random, length: number) => toHex(random.bytes(length));
