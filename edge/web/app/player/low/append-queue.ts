// What waits to be appended to the buffer, in order: init segments, and fragments behind them. It is bounded: a browser that does not keep up
// loses media up to a keyframe, not memory.

const BYTES_MAX = 24 * 1024 * 1024;

/** What follows has these codecs, and this place on the timeline. */
interface InitPiece {
  kind: "init";
  bytes: Uint8Array;
  /** As in `video/mp4; codecs="…"`. */
  codecs: string;
  offsetSeconds: number;
}

interface MediaPiece {
  kind: "media";
  bytes: Uint8Array;
  /** It begins with a keyframe. */
  key: boolean;
}

export type Piece = InitPiece | MediaPiece;

export class AppendQueue {
  private pieces: Piece[] = [];
  private bytes = 0;
  /** Fragments were lost: what follows cannot be decoded before a keyframe. */
  private awaitsKey = false;

  /** At the limit what waits is dropped, but for the newest init segment. */
  constructor(private readonly bytesMax = BYTES_MAX) {}

  get isEmpty(): boolean {
    return this.pieces.length === 0;
  }

  add(piece: Piece) {
    if (piece.kind === "media") {
      if (this.awaitsKey && !piece.key) return;
      this.awaitsKey = false;
    }
    this.push(piece);
    if (this.bytes > this.bytesMax) this.drop();
  }

  /** Drops the media that wait; the next ones begin with a keyframe. */
  drop() {
    const init = this.pieces.findLast(({ kind }) => kind === "init");
    this.pieces = [];
    this.bytes = 0;
    if (init) this.push(init);
    this.awaitsKey = true;
  }

  /** What is appended next, fragments joined; null: nothing. */
  take(): Piece | null {
    const [first] = this.pieces;
    if (!first) return null;
    const end = first.kind === "init" ? 1 : this.pieces.findIndex(({ kind }) => kind === "init");
    const taken = this.pieces.splice(0, end < 0 ? this.pieces.length : end);
    const size = taken.reduce((sum, { bytes }) => sum + bytes.length, 0);
    this.bytes -= size;
    if (taken.length === 1) return first;
    const joined = new Uint8Array(size);
    let at = 0;
    for (const { bytes } of taken) {
      joined.set(bytes, at);
      at += bytes.length;
    }
    return { kind: "media", bytes: joined, key: first.kind === "media" && first.key };
  }

  /** What was taken could not be appended now: it is taken next. */
  putBack(piece: Piece) {
    this.pieces.unshift(piece);
    this.bytes += piece.bytes.length;
  }

  private push(piece: Piece) {
    this.pieces.push(piece);
    this.bytes += piece.bytes.length;
  }
}
