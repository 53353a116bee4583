// Pictures of one rendition, cut into packets once for all viewers, and kept since the newest keyframe for those who begin.

import { packetize } from "../rtp/h264-packetizer.ts";
import { VIDEO_CLOCK } from "../rtp/picture-times.ts";
import type { H264Profile } from "../sdp/offer.ts";
import type { AccessUnit } from "./access-unit.ts";

export interface Picture {
  /** With room for their headers. The last one gets the marker. */
  packets: readonly Buffer[];
  key: boolean;
  /** Presentation time on the stream's clock: 1/90 000 s since 1970. */
  ticks: number;
}

export interface LineFormat {
  profile: H264Profile;
  width: number;
  height: number;
  /** Pictures come in another order than they are shown in, which browsers do not expect. Null: not known yet. */
  reorders: boolean | null;
  /** 8 bits, 4:2:0: what decoders of browsers take. */
  isPlain: boolean;
}

export interface LineReader {
  /** There is another picture. */
  picture(): void;
  /** Another format, from the next picture on, or more is known of it. */
  format(format: LineFormat): void;
  /** No picture comes any more. */
  ended(): void;
}

/** A group of pictures that is longer is not kept: who begins waits for the next keyframe. */
const KEPT_BYTES_MAX = 24 * 1024 * 1024;
const KEPT_TICKS_MAX = 20 * VIDEO_CLOCK;
const RATE_TICKS = 2 * VIDEO_CLOCK;

export class VideoLine {
  #format: LineFormat | null = null;
  #pictures: Picture[] = [];
  #firstIndex = 0;
  #keptBytes = 0;
  /** Null: no keyframe is kept. */
  #newestKey: number | null = null;
  #waitsForKey = true;
  readonly #readers = new Set<LineReader>();
  #rate = { sinceTicks: 0, bytes: 0, bps: 0 };

  constructor(readonly name: string) {}

  get format() {
    return this.#format;
  }

  /** Of the picture to come. */
  get nextIndex() {
    return this.#firstIndex + this.#pictures.length;
  }

  get newestKey() {
    return this.#newestKey;
  }

  get newest(): Picture | undefined {
    return this.#pictures.at(-1);
  }

  /** Bits of packets a second, of the last two; 0: not known yet. */
  get bitsPerSecond() {
    return this.#rate.bps;
  }

  get readers() {
    return this.#readers.size;
  }

  /** Undefined: not kept any more, or not there yet. */
  at(index: number): Picture | undefined {
    return this.#pictures[index - this.#firstIndex];
  }

  /** Returns stop. */
  read(reader: LineReader): () => void {
    this.#readers.add(reader);
    return () => void this.#readers.delete(reader);
  }

  /** What follows has this format, and begins with the next IDR picture. */
  begin(format: LineFormat) {
    this.#waitsForKey = true;
    this.setFormat(format);
  }

  setFormat(format: LineFormat) {
    this.#format = format;
    for (const reader of [...this.#readers]) reader.format(format);
  }

  end() {
    for (const reader of [...this.#readers]) reader.ended();
    this.#readers.clear();
  }

  push({ units, idr }: AccessUnit, ticks: number) {
    if (this.#waitsForKey && !idr) return;
    this.#waitsForKey = false;
    const packets = packetize(units);
    if (packets.length === 0) return;
    this.#keep({ packets, key: idr, ticks });
    for (const reader of [...this.#readers]) reader.picture();
  }

  #keep(picture: Picture) {
    const bytes = sizeOf(picture);
    if (picture.key) {
      // The group before stays for those who are in it.
      if (this.#newestKey !== null) this.#drop(this.#newestKey - this.#firstIndex);
      this.#newestKey = this.nextIndex;
    }
    this.#pictures.push(picture);
    this.#keptBytes += bytes;
    const first = this.#pictures[0]!;
    if (this.#keptBytes > KEPT_BYTES_MAX || picture.ticks - first.ticks > KEPT_TICKS_MAX) this.#shorten();
    this.#measure(picture.ticks, bytes);
  }

  /** Without the group before it may do; else nobody can begin with what is kept. */
  #shorten() {
    const key = this.#newestKey;
    if (key !== null && key > this.#firstIndex) return this.#drop(key - this.#firstIndex);
    this.#drop(this.#pictures.length - 1);
    if (this.#newestKey !== null && this.#newestKey < this.#firstIndex) this.#newestKey = null;
  }

  #drop(count: number) {
    for (const picture of this.#pictures.splice(0, count)) this.#keptBytes -= sizeOf(picture);
    this.#firstIndex += count;
  }

  #measure(ticks: number, bytes: number) {
    const { sinceTicks } = this.#rate;
    this.#rate.bytes += bytes;
    const span = ticks - sinceTicks;
    if (span >= 0 && span < RATE_TICKS) return;
    const bps = span > 0 && span < 4 * RATE_TICKS ? (this.#rate.bytes * 8 * VIDEO_CLOCK) / span : this.#rate.bps;
    this.#rate = { sinceTicks: ticks, bytes: 0, bps };
  }
}

const sizeOf = ({ packets }: Picture) => packets.reduce((sum, { length }) => sum + length, 0);
