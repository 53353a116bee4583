// For tests and benches: fragmented MP4 that carries only times, made without FFmpeg.

import { u32 as u32At } from "#runtime/fmp4/box.ts";
import { type Fragment, parseMoof } from "#runtime/fmp4/fragment.ts";
import { parseInit, type Track } from "#runtime/fmp4/init.ts";

const TIMESCALE = 90_000;
const NON_SYNC = 0x10000;

const u32 = (n: number) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const u64 = (n: number) => [...u32(Math.floor(n / 4_294_967_296)), ...u32(n % 4_294_967_296)];
const text = (s: string) => [...s].map((c) => c.charCodeAt(0));
const zeros = (length: number) => new Array<number>(length).fill(0);
const box = (type: string, ...body: number[][]): number[] => {
  const content = body.flat();
  return [...u32(content.length + 8), ...text(type), ...content];
};

export interface FakeInit {
  bytes: Uint8Array;
  tracks: Track[];
}

/** The init segment of an H.264 track; sizes below 256. Another `level` gives other bytes of the same size. `sound`: of an AAC track instead. */
export function fakeInit({ width = 160, height = 90, level = 0x1f, sound = false } = {}): FakeInit {
  const picture = box("avc1", zeros(24), [0, width, 0, height], zeros(50), box("avcC", [1, 0x64, 0, level]));
  const stbl = box("stbl", box("stsd", u32(0), u32(1), sound ? box("mp4a", zeros(28)) : picture));
  const mdhd = box("mdhd", u32(0), u32(0), u32(0), u32(TIMESCALE), u32(0), u32(0));
  const hdlr = box("hdlr", u32(0), u32(0), text(sound ? "soun" : "vide"), zeros(13));
  const trak = box(
    "trak",
    box("tkhd", u32(0), u32(0), u32(0), u32(1), zeros(68)),
    box("mdia", mdhd, hdlr, box("minf", stbl)),
  );
  const mvex = box("mvex", box("trex", u32(0), u32(1), u32(1), u32(0), u32(0), u32(0)));
  const bytes = Uint8Array.from([...box("ftyp", text("iso6"), u32(0)), ...box("moov", trak, mvex)]);
  return { bytes, tracks: parseInit(bytes) };
}

export interface FakePicture {
  atMs: number;
  durationMs: number;
  key: boolean;
  /** Length of the mdat's content. */
  bytes?: number;
}

/** moof + mdat of one picture. */
export function fakePicture({ atMs, durationMs, key, bytes = 16 }: FakePicture): Uint8Array {
  const ticks = (ms: number) => Math.round((ms * TIMESCALE) / 1000);
  const tfhd = box("tfhd", u32(0x20000), u32(1));
  const tfdt = box("tfdt", [1, 0, 0, 0], u64(ticks(atMs)));
  const trun = box("trun", u32(0x104), u32(1), u32(key ? 0 : NON_SYNC), u32(ticks(atMs + durationMs) - ticks(atMs)));
  const head = [...box("moof", box("traf", tfhd, tfdt, trun)), ...u32(bytes + 8), ...text("mdat")];
  const whole = new Uint8Array(head.length + bytes);
  whole.set(head);
  return whole;
}

/** The same picture, parsed. */
export function fakeFragment({ tracks }: FakeInit, picture: FakePicture): Fragment {
  const data = fakePicture(picture);
  return { data, tracks: parseMoof(data, { start: 8, end: u32At(data, 0) }, tracks) };
}

/** An encoder that gives one picture after the other, at an even rate. */
export class FakeEncoder {
  readonly init: FakeInit;
  readonly frameMs: number;
  #n = 0;
  #fromMs: number;

  /** `gopMs`: time between keyframes; 0: only the first picture is one. */
  constructor(
    private readonly options: { fps?: number; gopMs?: number; fromMs?: number; init?: FakeInit; bytes?: number } = {},
  ) {
    this.init = options.init ?? fakeInit();
    this.frameMs = 1000 / (options.fps ?? 30);
    this.#fromMs = options.fromMs ?? 1_000;
  }

  /** Session time of the next picture. */
  get atMs() {
    return this.#fromMs + this.#n * this.frameMs;
  }

  /** The next picture comes so much later, and is a keyframe. */
  away(ms: number) {
    this.#fromMs = this.atMs + ms;
    this.#n = 0;
  }

  /** Pictures of so much time never come. */
  drop(ms: number) {
    this.#n += Math.round(ms / this.frameMs);
  }

  next(): FakePicture {
    const { gopMs = 2_000, bytes = 16 } = this.options;
    const inGop = gopMs === 0 ? this.#n : Math.round((this.#n * this.frameMs) % gopMs) % Math.round(gopMs);
    const picture = { atMs: this.atMs, durationMs: this.frameMs, key: inGop === 0, bytes };
    this.#n++;
    return picture;
  }

  fragment(picture: FakePicture): Fragment {
    return fakeFragment(this.init, picture);
  }

  nextFragment(): Fragment {
    return this.fragment(this.next());
  }
}
