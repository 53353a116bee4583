// H.264 out of RTP (RFC 6184): the NAL units of each picture. Single packets, STAP-A and FU-A, as mode 1 has them.
//
//   packets in order ──► NAL units ──marker, or another timestamp──► a picture, whole
//                                  ──a hole, or nonsense──────────► nothing: the picture is lost

/** As they came: parameter sets, slices and what is said of them. */
export interface NalUnits {
  /** Of all its packets, 32 bits. */
  timestamp: number;
  units: Uint8Array[];
}

export interface MediaPayload {
  timestamp: number;
  /** The picture ends here. */
  marker: boolean;
  payload: Uint8Array;
}

/** A keyframe of 50 Mbit/s has less. */
export const PICTURE_BYTES_MAX = 4 * 1024 * 1024;
/** Slices and messages of one picture. */
export const UNITS_MAX = 512;
/** Packets of one unit: those of the largest picture, as they are sent. */
export const PIECES_MAX = 4_096;

export const NAL = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9, filler: 12, stapA: 24, fuA: 28 } as const;
const FORBIDDEN = 0x80;
const [FU_BEGINS, FU_ENDS] = [0x80, 0x40];
/** The first number of a slice is that of its first macroblock: as Exp-Golomb, 0 is the bit 1. */
const FIRST_MACROBLOCK = 0x80;

export const nalType = (unit: Uint8Array) => unit[0]! & 31;
export const isSlice = (unit: Uint8Array) => nalType(unit) === NAL.slice || nalType(unit) === NAL.idr;

interface DepacketizerEvents {
  picture(picture: NalUnits): void;
  /** Pictures are lost: what follows cannot be decoded before a keyframe. */
  lost(): void;
}

export class H264Depacketizer {
  #timestamp: number | null = null;
  #units: Uint8Array[] = [];
  #bytes = 0;
  /** Of the unit that comes in pieces; null: none does. */
  #pieces: Uint8Array[] | null = null;
  /** The picture is not whole. */
  #isBroken = false;
  /** Packets before this picture are lost, and may have been its beginning. The first packets of a connection often are. */
  #isAfterHole = true;

  constructor(private readonly events: DepacketizerEvents) {}

  /** Bytes of the picture that is not whole yet. */
  get heldBytes() {
    return this.#bytes;
  }

  /** The packets in order. Never throws. */
  push({ timestamp, marker, payload }: MediaPayload, isAfterHole: boolean) {
    if (isAfterHole) this.#hole();
    // A sender that sets no marker.
    if (this.#timestamp !== timestamp) this.#end();
    this.#timestamp = timestamp;
    if (!this.#isBroken && !this.#read(payload)) this.#break();
    if (marker) this.#end();
  }

  /** What was collected lacks its end. */
  #hole() {
    if (this.#timestamp !== null) this.#break();
    this.#end();
    this.#isAfterHole = true;
    this.events.lost();
  }

  /** False: the picture cannot be whole any more. */
  #read(payload: Uint8Array): boolean {
    if (payload.length === 0) return true; // Padding, to measure the line with.
    const type = nalType(payload);
    if (type === NAL.fuA) return this.#piece(payload);
    if (this.#pieces) return false; // Its end is missing.
    if (type === NAL.stapA) return this.#aggregate(payload);
    return this.#add(payload);
  }

  #aggregate(payload: Uint8Array): boolean {
    for (let at = 1; at < payload.length; ) {
      if (at + 2 > payload.length) return false;
      const length = (payload[at]! << 8) | payload[at + 1]!;
      at += 2;
      if (at + length > payload.length) return false;
      if (length > 0 && !this.#add(payload.subarray(at, at + length))) return false;
      at += length;
    }
    return true;
  }

  #piece(payload: Uint8Array): boolean {
    if (payload.length < 2) return false;
    const [indicator, header] = [payload[0]!, payload[1]!];
    if (header & FU_BEGINS) {
      if (this.#pieces) return false;
      this.#pieces = [Uint8Array.of((indicator & 0xe0) | (header & 31))];
    }
    if (!this.#pieces || this.#pieces.length >= PIECES_MAX || !this.#count(payload.length - 2)) return false;
    this.#pieces.push(payload.subarray(2));
    if (!(header & FU_ENDS)) return true;
    const unit = joined(this.#pieces);
    this.#pieces = null;
    this.#bytes -= unit.length - 1; // Counted by `#add`.
    return this.#add(unit);
  }

  #add(unit: Uint8Array): boolean {
    // Some phones set it by mistake: the unit is damaged, and the others are not.
    if (unit[0]! & FORBIDDEN) return true;
    // Packets within packets; STAP-B, MTAP and FU-B are of mode 2.
    if (nalType(unit) >= NAL.stapA) return false;
    if (this.#isAfterHole && isSlice(unit)) {
      if (!((unit[1] ?? 0) & FIRST_MACROBLOCK)) return false;
      this.#isAfterHole = false;
    }
    if (!this.#count(unit.length) || this.#units.length >= UNITS_MAX) return false;
    this.#units.push(unit);
    return true;
  }

  #count(bytes: number): boolean {
    this.#bytes += bytes;
    return this.#bytes <= PICTURE_BYTES_MAX;
  }

  #break() {
    this.#isBroken = true;
    this.#units = [];
    this.#pieces = null;
    this.#bytes = 0;
  }

  #end() {
    const [timestamp, units] = [this.#timestamp, this.#units];
    const isLost = this.#isBroken || this.#pieces !== null;
    this.#timestamp = null;
    this.#units = [];
    this.#pieces = null;
    this.#bytes = 0;
    this.#isBroken = false;
    if (timestamp === null) return;
    if (isLost) this.events.lost();
    else if (units.length > 0) this.events.picture({ timestamp, units });
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    out.set(piece, at);
    at += piece.length;
  }
  return out;
}
