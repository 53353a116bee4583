// Reads NUT (the container of FFmpeg and MPlayer, version 3) as FFmpeg writes it to a pipe. Of all its containers this one alone writes each
// packet at once, with its size and its time: the others hold one back until the next comes, a picture or 20 ms of sound.
//
//   start code 'N…' · size · body          headers, sync points; the size lets a reader pass over what it does not know
//   frame code · what the code leaves open · bytes

export interface NutPacket {
  stream: number;
  /** Presentation time, s. */
  atS: number;
  key: boolean;
  data: Uint8Array;
}

/** The bytes are no NUT, or hold what FFmpeg never writes. */
export class NutError extends Error {
  override readonly name = "NutError";
}

/** A keyframe at 20 Mbit/s has less. */
const PACKET_BYTES_MAX = 4 * 1024 * 1024;
const FILE_ID = "nut/multimedia container\0";
const N = 0x4e;
/** Second byte of the start codes. */
const START = { main: 0x4d, stream: 0x53, syncpoint: 0x4b } as const;
const START_BYTES = 8;
/** Headers larger than this have a checksum of their size. */
const LARGE_HEADER_BYTES = 4_096;
const CHECKSUM_BYTES = 4;
const FLAG = {
  key: 1,
  codedPts: 8,
  streamId: 16,
  sizeMsb: 32,
  checksum: 64,
  reserved: 128,
  sideData: 256,
  headerIndex: 1_024,
  matchTime: 2_048,
  coded: 4_096,
  invalid: 8_192,
} as const;

interface FrameCode {
  flags: number;
  ptsDelta: number;
  stream: number;
  sizeMul: number;
  sizeLsb: number;
  reserved: number;
  header: number;
}

interface Stream {
  timeBase: number;
  ptsShift: number;
  lastPts: number;
}

/** The bytes end before the thing does: more must come. */
const MORE = Symbol("more");

export class NutReader {
  #bytes: Uint8Array = new Uint8Array(0);
  #at = 0;
  #begun = false;
  #timeBases: { num: number; den: number }[] = [];
  #codes: FrameCode[] = [];
  /** Beginnings that many packets share, and that are left out of them. */
  #headers: Uint8Array[] = [new Uint8Array(0)];
  readonly #streams: Stream[] = [];

  /** Throws NutError; the reader cannot be used after that. The packets' bytes are their own. */
  push(chunk: Uint8Array): NutPacket[] {
    this.#append(chunk);
    const packets: NutPacket[] = [];
    for (;;) {
      const from = this.#at;
      try {
        if (this.#at >= this.#bytes.length) return packets;
        const packet = this.#next();
        if (packet) packets.push(packet);
      } catch (error) {
        if (error !== MORE) throw error;
        this.#at = from;
        return packets;
      }
    }
  }

  #append(chunk: Uint8Array) {
    const rest = this.#bytes.subarray(this.#at);
    if (rest.length > PACKET_BYTES_MAX + LARGE_HEADER_BYTES) throw new NutError("a packet without an end");
    this.#bytes = new Uint8Array(rest.length + chunk.length);
    this.#bytes.set(rest);
    this.#bytes.set(chunk, rest.length);
    this.#at = 0;
  }

  #next(): NutPacket | null {
    if (!this.#begun) {
      if (Buffer.from(this.#take(FILE_ID.length)).toString("latin1") !== FILE_ID) throw new NutError("it is no NUT");
      this.#begun = true;
      return null;
    }
    return this.#bytes[this.#at] === N ? this.#header() : this.#frame();
  }

  #header(): null {
    const kind = this.#take(START_BYTES)[1];
    const size = this.#number();
    if (size > LARGE_HEADER_BYTES) this.#take(CHECKSUM_BYTES);
    if (size < CHECKSUM_BYTES || size > PACKET_BYTES_MAX) throw new NutError(`a header of ${size} bytes`);
    const end = this.#at + size;
    if (end > this.#bytes.length) throw MORE;
    if (kind === START.main) this.#main();
    else if (kind === START.stream) this.#stream();
    else if (kind === START.syncpoint) this.#syncpoint();
    this.#at = end;
    return null;
  }

  #main() {
    const version = this.#number();
    if (version !== 3) throw new NutError(`version ${version}`);
    this.#number();
    this.#number();
    const timeBases = this.#bounded(16);
    this.#timeBases = Array.from({ length: timeBases }, () => ({ num: this.#number(), den: this.#number() }));
    this.#readCodes();
    const headers = this.#bounded(128);
    this.#headers = [new Uint8Array(0)];
    for (let i = 0; i < headers; i++) this.#headers.push(this.#take(this.#bounded(256)).slice());
  }

  /** Fields that are not given are those of the codes before. */
  #readCodes() {
    const codes: FrameCode[] = [];
    let [ptsDelta, sizeMul, stream, header] = [0, 1, 0, 0];
    while (codes.length < 256) {
      const flags = this.#number();
      const fields = this.#bounded(64);
      if (fields > 0) ptsDelta = this.#signed();
      if (fields > 1) sizeMul = this.#number();
      if (fields > 2) stream = this.#number();
      const sizeLsb = fields > 3 ? this.#number() : 0;
      const reserved = fields > 4 ? this.#number() : 0;
      let count = fields > 5 ? this.#number() : sizeMul - sizeLsb;
      if (fields > 6) this.#number();
      if (fields > 7) header = this.#number();
      for (let field = 8; field < fields; field++) this.#number();
      if (count < 1 || count > 256) throw new NutError(`a row of ${count} frame codes`);
      for (let j = 0; count > 0 && codes.length < 256; ) {
        // It begins the start codes.
        if (codes.length === N) {
          codes.push({ flags: FLAG.invalid, ptsDelta, stream, sizeMul, sizeLsb: 0, reserved, header });
          continue;
        }
        codes.push({ flags, ptsDelta, stream, sizeMul, sizeLsb: sizeLsb + j, reserved, header });
        j++;
        count--;
      }
    }
    this.#codes = codes;
  }

  #stream() {
    const id = this.#bounded(16);
    this.#number();
    this.#take(this.#bounded(256));
    const timeBase = this.#bounded(this.#timeBases.length);
    const ptsShift = this.#bounded(32);
    this.#streams[id] = { timeBase, ptsShift, lastPts: 0 };
  }

  /** Sets the times from which the next ones are counted. */
  #syncpoint() {
    const coded = this.#number();
    const { num, den } = this.#timeBases[coded % this.#timeBases.length]!;
    const value = Math.floor(coded / this.#timeBases.length);
    for (const stream of this.#streams) {
      const own = this.#timeBases[stream.timeBase]!;
      stream.lastPts = Math.floor((value * num * own.den) / (den * own.num));
    }
  }

  #frame(): NutPacket {
    const code = this.#codes[this.#take(1)[0]!];
    if (!code || code.flags & FLAG.invalid) throw new NutError("an unknown frame code");
    const flags = code.flags & FLAG.coded ? code.flags ^ this.#number() : code.flags;
    if (flags & FLAG.sideData) throw new NutError("a frame with side data");
    const stream = flags & FLAG.streamId ? this.#number() : code.stream;
    const known = this.#streams[stream];
    if (!known) throw new NutError(`a frame of an unknown stream ${stream}`);
    const pts = flags & FLAG.codedPts ? this.#pts(known) : known.lastPts + code.ptsDelta;
    const size = code.sizeLsb + (flags & FLAG.sizeMsb ? code.sizeMul * this.#number() : 0);
    if (flags & FLAG.matchTime) this.#number();
    const header = this.#headers[flags & FLAG.headerIndex ? this.#number() : code.header];
    const reserved = flags & FLAG.reserved ? this.#bounded(64) : code.reserved;
    for (let i = 0; i < reserved; i++) this.#number();
    if (flags & FLAG.checksum) this.#take(CHECKSUM_BYTES);
    if (!header || size < header.length || size > PACKET_BYTES_MAX) throw new NutError(`a frame of ${size} bytes`);
    const rest = this.#take(size - header.length);
    const data = new Uint8Array(size);
    data.set(header);
    data.set(rest, header.length);
    known.lastPts = pts;
    const { num, den } = this.#timeBases[known.timeBase]!;
    return { stream, atS: (pts * num) / den, key: (flags & FLAG.key) !== 0, data };
  }

  /** The lower bits of a time near the last one, or the whole time. */
  #pts({ ptsShift, lastPts }: Stream): number {
    const coded = this.#number();
    const span = 2 ** ptsShift;
    if (coded >= span) return coded - span;
    const from = lastPts - Math.floor((span - 1) / 2);
    return from + ((((coded - from) % span) + span) % span);
  }

  #take(count: number): Uint8Array {
    if (this.#at + count > this.#bytes.length) throw MORE;
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** Seven bits a byte, the highest first. */
  #number(): number {
    let value = 0;
    for (let i = 0; ; i++) {
      const byte = this.#take(1)[0]!;
      value = value * 128 + (byte & 127);
      if (byte < 128) return value;
      if (i > 9) throw new NutError("a number is too long");
    }
  }

  #signed(): number {
    const value = this.#number() + 1;
    return value % 2 === 1 ? -Math.floor(value / 2) : value / 2;
  }

  #bounded(max: number): number {
    const value = this.#number();
    if (value > max) throw new NutError(`a count of ${value}`);
    return value;
  }
}
