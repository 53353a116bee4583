// Reads bits, and the Exp-Golomb numbers of H.264 (ISO/IEC 14496-10 §9.1).

/** A codec header is cut off or makes no sense. Becomes a sentence for the streamer. */
export class HeaderError extends Error {
  override readonly name = "HeaderError";
}

export class Bits {
  #at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  get left() {
    return this.bytes.length * 8 - this.#at;
  }

  /** Up to 32 bits. Throws HeaderError behind the end. */
  read(count: number): number {
    if (count > this.left) throw new HeaderError("it is cut off");
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++)
      value = value * 2 + ((this.bytes[this.#at >> 3]! >> (7 - (this.#at & 7))) & 1);
    return value;
  }

  flag(): boolean {
    return this.read(1) === 1;
  }

  /** ue(v). */
  unsigned(): number {
    let zeros = 0;
    while (!this.flag()) if (++zeros > 31) throw new HeaderError("a number is too long");
    return 2 ** zeros - 1 + this.read(zeros);
  }

  /** se(v). */
  signed(): number {
    const code = this.unsigned();
    return code & 1 ? (code + 1) / 2 : -code / 2;
  }
}

/** The bytes of a NAL unit without emulation prevention: 00 00 03 stands for 00 00 (ISO/IEC 14496-10 §7.4.1). */
export function withoutEmulation(nal: Uint8Array): Uint8Array {
  return nal.filter((byte, i) => !(byte === 3 && i >= 2 && nal[i - 1] === 0 && nal[i - 2] === 0));
}
