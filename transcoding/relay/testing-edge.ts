// For tests: an edge's live.ws in memory, for one rendition after another: each socket gets what the test says.

import { fourCc } from "#runtime/fmp4/box.ts";
import { type LiveFrame, type LiveHead, RECORD, recordsFrame } from "#schema/wire/live-stream.ts";
import { writeFragment } from "../fmp4/fragment-writer.ts";
import { writeInit } from "../fmp4/init-writer.ts";
import type { Dial, SocketEvents } from "./live/live-client.ts";

const PPS = Uint8Array.from(Buffer.from("68ce3c80", "hex"));
export const CLOCK_MS = 1_900_000_000_000;
/** 30 pictures a second. */
export const FRAME_TICKS = 3_000;

/** The number in Exp-Golomb code. */
const unsigned = (n: number) => "0".repeat((n + 1).toString(2).length - 1) + (n + 1).toString(2);

/** A sequence parameter set of 320 × 180. `saysOrder`: pictures are shown as they come; else it says nothing of that. */
function spsOf({ profile = 66, constraints = 0xc0, saysOrder = true }): Uint8Array {
  const byte = (n: number) => n.toString(2).padStart(8, "0");
  const order = saysOrder ? unsigned(2) : unsigned(0) + unsigned(0);
  const size = [unsigned(19), unsigned(11), "1", "1", "1", ...[0, 0, 0, 6].map(unsigned)].join("");
  const bits = `${[0x67, profile, constraints, 31].map(byte).join("")}1${unsigned(0)}${order}${unsigned(1)}0${size}01`;
  const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, "0");
  return Uint8Array.from(padded.match(/.{8}/g)!, (one) => Number.parseInt(one, 2));
}

export function avcCOf(about: Parameters<typeof spsOf>[0] = {}): Uint8Array {
  const sps = spsOf(about);
  const head = [1, sps[1]!, sps[2]!, sps[3]!, 0xff, 0xe1, 0, sps.length];
  return Uint8Array.of(...head, ...sps, 1, 0, PPS.length, ...PPS);
}
/** AAC-LC, 48 kHz, stereo. */
export const ASC = Uint8Array.of(0x11, 0x90);

export const headOf = (change: Partial<LiveHead> = {}): LiveHead => ({
  ...{ type: "head", broadcastId: "b", epoch: 1, rendition: "source", codecs: "avc1.42c01f,mp4a.40.2" },
  ...{ width: 320, height: 180, clockMs: CLOCK_MS },
  ...change,
});

export const initOf = (avcC = avcCOf()) =>
  writeInit({
    video: { avcC, codec: "avc1.42c01f", width: 320, height: 180, pixelAspect: null, colour: null },
    audio: { asc: ASC, codec: "mp4a.40.2", sampleRate: 48_000, channels: 2 },
  });

/** A fragment with one picture, number `index` of the stream, and a frame of sound. */
export function fragmentOf(index: number, { key = false, bytes = 50, late = 0 } = {}) {
  const { tracks } = initOf();
  const [video, audio] = [tracks[0]!, tracks[1]!];
  const unit = new Uint8Array(bytes).fill(index & 255);
  unit[0] = key ? 0x65 : 0x41;
  const data = new Uint8Array(4 + bytes);
  new DataView(data.buffer).setUint32(0, bytes);
  data.set(unit, 4);
  const picture = { data, duration: FRAME_TICKS, compositionOffset: late, key };
  const sound = { data: new Uint8Array(20).fill(1), duration: 1_024, compositionOffset: 0, key: true };
  return writeFragment(index + 1, [
    { track: video, decodeTime: index * FRAME_TICKS, samples: [picture] },
    { track: audio, decodeTime: index * 1_600, samples: [sound] },
  ]).data;
}

export class TestSocket {
  isOpen = false;
  isClosed = false;

  constructor(
    readonly url: URL,
    private readonly events: SocketEvents,
  ) {}

  open() {
    this.isOpen = true;
    this.events.open();
  }

  say(frame: LiveFrame) {
    this.events.text(JSON.stringify(frame));
  }

  /** The head of a stream, and its init segment. */
  begin(head: LiveHead = headOf(), init: Uint8Array = initOf().bytes) {
    this.say(head);
    this.#send(RECORD.init, init, false);
  }

  give(fragment: Uint8Array, { key = false } = {}) {
    if (fourCc(fragment, 4) !== "moof") throw new Error("a fragment begins with moof");
    this.#send(RECORD.fragment, fragment, key);
  }

  /** Pictures of the stream; the first of them is a keyframe. */
  pictures(from: number, to: number) {
    for (let index = from; index <= to; index++) {
      const key = index === from;
      this.give(fragmentOf(index, { key }), { key });
    }
  }

  /** The edge closes it. */
  end(code: number) {
    if (this.isClosed) return;
    this.isClosed = true;
    this.events.closed(code);
  }

  close() {
    this.isClosed = true;
  }

  #send(kind: number, bytes: Uint8Array, key: boolean) {
    this.events.bytes(recordsFrame([{ kind, key, part: 0, number: 0, bytes }]));
  }
}

export class TestEdge {
  readonly sockets: TestSocket[] = [];
  /** Called with each socket that is dialled. */
  onDial: (socket: TestSocket) => void = () => {};

  readonly dial: Dial = (url, events) => {
    const socket = new TestSocket(new URL(url), events);
    this.sockets.push(socket);
    queueMicrotask(() => !socket.isClosed && this.onDial(socket));
    return socket;
  };

  get last() {
    return this.sockets.at(-1)!;
  }
}
