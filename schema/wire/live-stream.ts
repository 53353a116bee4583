// Live media as it is made, without playlists: what an origin streams to an edge, and what an edge sends over `/live/:channel/live.ws`
// (subprotocol `live.1`).
//
//   binary frame     one or more records: kind (1 byte), flags (1), part (2), media sequence number (4), length (4), then the bytes
//                    kind 1: an init segment   kind 2: one fragment (moof, mdat); flag 1: it begins with a keyframe
//   text frame       JSON, one of LiveFrame
//
// The origin's endless body has the same records, and heads as records of kind 0; one without bytes says that the origin lives. Numbers are big-endian. A fragment's number and part are
// where the playlists list it. The first fragment after a head has a keyframe. Who comes back names the last fragment that it has (`after` in the
// query) and goes on without a hole, if the edge still has the keyframe that this fragment follows. Fragments follow each other without holes while `clockMs`
// stays the same; a player that maps media time by it (`timestampOffset`) plays over a change of it.

export const LIVE_PROTOCOL = "live.1";

export const RECORD = { head: 0, init: 1, fragment: 2 } as const;
export const RECORD_HEAD_BYTES = 12;
export const KEY_FLAG = 1;
/** One fragment, or one init segment. A picture of 100 Mbit/s at 30 pictures a second has 0.4 MB, a keyframe a few times that. */
export const RECORD_BYTES_MAX = 16 * 1024 * 1024;

/** What follows belongs to this rendition of this broadcast, until the next head. An init segment comes right after it. */
export interface LiveHead {
  type: "head";
  broadcastId: string;
  /** Of the owner. */
  epoch: number;
  rendition: string;
  /** RFC 6381, as in `video/mp4; codecs="…"`. */
  codecs: string;
  width: number;
  height: number;
  /** Wall time of media time 0, in ms since 1970: a picture was taken at `clockMs` plus its presentation time. */
  clockMs: number;
}

/** Text frames of the server. */
export type LiveFrame =
  | LiveHead
  /** Before the first head, and when they change: the source first, then rungs, best first; `bandwidth` in bits per second. */
  | { type: "renditions"; renditions: LiveRendition[] }
  /** The socket was too slow: what follows begins at a later keyframe. `to`: of this rendition from now on. */
  | { type: "skipped"; to: string }
  /** No media comes for now: the owner is away. The socket stays, and a head comes when there is media again. While the encoder is away nothing
   *  comes either, and nothing is said here: the channel's status says it. */
  | { type: "waiting" }
  /** The answer to `ping`. */
  | { type: "pong" }
  /** The broadcast is over. */
  | { type: "ended" }
  /** This edge goes away: come back after that time. */
  | { type: "bye"; retryAfterMs: number };

export interface LiveRendition {
  name: string;
  bandwidth: number;
  width: number;
  height: number;
}

/** Text frames of the client. */
export type LiveRequest =
  /** Another rendition, from its next keyframe on; `auto`: what the socket can carry. */
  | { type: "rendition"; name: string }
  /** The page is hidden: nothing is sent until it is shown again. */
  | { type: "pause" }
  | { type: "resume" }
  /** Answered by `pong`: nothing has come for a while, and the client asks whether the edge lives. */
  | { type: "ping" };

export const LIVE_REQUEST_BYTES_MAX = 1_024;

/** Null: none of them. */
export function readLiveRequest(text: string): LiveRequest | null {
  try {
    const { type, name } = JSON.parse(text) as Record<string, unknown>;
    if (type === "pause" || type === "resume" || type === "ping") return { type };
    return type === "rendition" && typeof name === "string" ? { type, name } : null;
  } catch {
    return null;
  }
}

/** Close codes: 4000–4499 the client comes back, 4500–4999 it plays in another way. */
export const liveClose = {
  goingAway: 4000,
  /** Also after an address' other sockets: with a delay. */
  tooManySockets: 4029,
  /** The lowest rendition is too much for this connection. */
  tooSlow: 4508,
  /** The right to watch has ended. */
  denied: 4501,
  channelGone: 4504,
  badFrame: 4509,
} as const;

/** Of a fragment: media sequence number of its segment, and number of its part there. */
export interface LivePlace {
  number: number;
  part: number;
}

/** `12.3` for part 3 of segment 12. */
export const livePlaceText = ({ number, part }: LivePlace) => `${number}.${part}`;

/** Null: it is none. */
export function readLivePlace(text: string): LivePlace | null {
  const [, number, part] = /^(\d{1,10})\.(\d{1,5})$/.exec(text) ?? [];
  return number === undefined || part === undefined ? null : { number: Number(number), part: Number(part) };
}

export interface LiveRecord extends LivePlace {
  kind: number;
  key: boolean;
  bytes: Uint8Array;
}

/** The head of a record whose `bytes` follow. */
export function recordHead({ kind, key, part, number, bytes }: LiveRecord): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(RECORD_HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint8(0, kind);
  view.setUint8(1, key ? KEY_FLAG : 0);
  view.setUint16(2, Math.min(part, 0xffff));
  view.setUint32(4, number);
  view.setUint32(8, bytes.length);
  return head;
}

/** Records one behind the other, as one frame. */
export function recordsFrame(records: readonly LiveRecord[]): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(records.reduce((sum, { bytes }) => sum + RECORD_HEAD_BYTES + bytes.length, 0));
  let at = 0;
  for (const record of records) {
    frame.set(recordHead(record), at);
    frame.set(record.bytes, at + RECORD_HEAD_BYTES);
    at += RECORD_HEAD_BYTES + record.bytes.length;
  }
  return frame;
}

/** Cuts a stream of bytes, in pieces of any size, into records. Throws RangeError for a record that is too large. */
export class RecordReader {
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** Of the record that comes; null: its head is not here yet. */
  #lengthBytes: number | null = null;

  push(piece: Uint8Array): LiveRecord[] {
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    const records: LiveRecord[] = [];
    for (;;) {
      if (this.#lengthBytes === null && this.#bytes >= RECORD_HEAD_BYTES) {
        const length = viewOf(this.#joined(RECORD_HEAD_BYTES)).getUint32(8);
        if (length > RECORD_BYTES_MAX) throw new RangeError(`a record of ${length} bytes`);
        this.#lengthBytes = RECORD_HEAD_BYTES + length;
      }
      if (this.#lengthBytes === null || this.#bytes < this.#lengthBytes) return records;
      records.push(recordIn(this.#take(this.#lengthBytes)));
      this.#lengthBytes = null;
    }
  }

  /** Makes the first piece at least this long. */
  #joined(bytes: number): Uint8Array {
    const [first] = this.#pieces;
    if (first && first.length >= bytes) return first;
    const whole = new Uint8Array(this.#bytes);
    let at = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [whole];
    return whole;
  }

  #take(bytes: number): Uint8Array {
    const first = this.#joined(bytes);
    this.#bytes -= bytes;
    if (first.length === bytes) this.#pieces.shift();
    else this.#pieces[0] = first.subarray(bytes);
    return first.subarray(0, bytes);
  }
}

function recordIn(whole: Uint8Array): LiveRecord {
  const view = viewOf(whole);
  return {
    kind: view.getUint8(0),
    key: (view.getUint8(1) & KEY_FLAG) !== 0,
    part: view.getUint16(2),
    number: view.getUint32(4),
    bytes: whole.subarray(RECORD_HEAD_BYTES),
  };
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array) => new DataView(buffer, byteOffset, byteLength);
