// Writes a movie fragment (moof + mdat, ISO/IEC 14496-12 §8.8), and gives its parsed form without reading it again.

import type { Fragment, FragmentTrack } from "#runtime/fmp4/fragment.ts";
import type { Track } from "#runtime/fmp4/init.ts";

export interface Sample {
  data: Uint8Array;
  /** Ticks of the track. */
  duration: number;
  /** Presentation minus decode time, ticks; may be negative. */
  compositionOffset: number;
  /** It can be decoded alone. */
  key: boolean;
}

/** Samples of one track that follow each other. At least one. */
export interface Run {
  track: Track;
  /** Decode time of the first sample, ticks; may be negative: tfdt is written as 64 bits with a sign. */
  decodeTime: number;
  samples: readonly Sample[];
}

/** ISO/IEC 14496-12 §8.8.3.1: depends on nothing; depends on others and is not a sync sample. */
const SYNC = 0x0200_0000;
const NON_SYNC = 0x0101_0000;
const DEFAULT_BASE_IS_MOOF_AND_FLAGS = 0x02_0020;
/** Version 1 has signed composition offsets. */
const TRUN_OFFSET_DURATION_SIZE = 0x0100_0301;
const TRUN_FLAGS_COMPOSITION = 0x0000_0c00;
const MOOF_AND_MFHD_BYTES = 8 + 16;
/** traf, tfhd, tfdt and the head of trun; tfdt's time is so far behind the beginning of traf. */
const TRAF_BYTES = 8 + 16 + 4 + 20 + 20;
const TFDT_TIME_AT = 8 + 20 + 12;

const isVideo = ({ track }: Run) => track.kind === "video";
const sampleBytes = (run: Run) => (isVideo(run) ? 16 : 8);
const trafBytes = (run: Run) => TRAF_BYTES + run.samples.length * sampleBytes(run);
const mediaBytes = ({ samples }: Run) => samples.reduce((sum, { data }) => sum + data.length, 0);

/** `sequence` rises within an init. The runs' samples follow each other in the order given. */
export function writeFragment(sequence: number, runs: readonly Run[]): Fragment {
  const moofBytes = runs.reduce((sum, run) => sum + trafBytes(run), MOOF_AND_MFHD_BYTES);
  const mdatBytes = runs.reduce((sum, run) => sum + mediaBytes(run), 8);
  const out = new Writer(moofBytes + mdatBytes);
  out.box(moofBytes, "moof");
  out.box(16, "mfhd");
  out.u32(0);
  out.u32(sequence);
  const tracks: FragmentTrack[] = [];
  let mediaAt = moofBytes + 8;
  for (const run of runs) {
    tracks.push(fragmentTrack(run, out.at + TFDT_TIME_AT));
    writeTraf(out, run, mediaAt);
    mediaAt += mediaBytes(run);
  }
  out.box(mdatBytes, "mdat");
  for (const { samples } of runs) for (const { data } of samples) out.bytes(data);
  return { data: out.data, tracks };
}

function writeTraf(out: Writer, run: Run, mediaAt: number) {
  const { track, decodeTime, samples } = run;
  const video = isVideo(run);
  out.box(trafBytes(run), "traf");
  out.box(20, "tfhd");
  out.u32(DEFAULT_BASE_IS_MOOF_AND_FLAGS);
  out.u32(track.id);
  out.u32(video ? NON_SYNC : SYNC);
  out.box(20, "tfdt");
  out.u32(0x0100_0000);
  out.i64(decodeTime);
  out.box(20 + samples.length * sampleBytes(run), "trun");
  out.u32(video ? TRUN_OFFSET_DURATION_SIZE | TRUN_FLAGS_COMPOSITION : TRUN_OFFSET_DURATION_SIZE);
  out.u32(samples.length);
  out.u32(mediaAt);
  for (const { data, duration, compositionOffset, key } of samples) {
    out.u32(duration);
    out.u32(data.length);
    if (!video) continue;
    out.u32(key ? SYNC : NON_SYNC);
    out.u32(compositionOffset);
  }
}

function fragmentTrack(run: Run, tfdtAt: number): FragmentTrack {
  const { track, decodeTime, samples } = run;
  const [first] = samples;
  return {
    ...{ track, decodeTime, samples: samples.length, tfdtAt, tfdtIs64: true },
    duration: samples.reduce((sum, sample) => sum + sample.duration, 0),
    keyframe: !isVideo(run) || first!.key,
    firstPts: decodeTime + (isVideo(run) ? first!.compositionOffset : 0),
  };
}

class Writer {
  at = 0;
  readonly data: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: number) {
    this.data = new Uint8Array(bytes);
    this.#view = new DataView(this.data.buffer);
  }

  u32(value: number) {
    this.#view.setUint32(this.at, value);
    this.at += 4;
  }

  i64(value: number) {
    this.#view.setBigInt64(this.at, BigInt(value));
    this.at += 8;
  }

  box(bytes: number, type: string) {
    this.u32(bytes);
    for (let i = 0; i < 4; i++) this.data[this.at++] = type.charCodeAt(i);
  }

  bytes(bytes: Uint8Array) {
    this.data.set(bytes, this.at);
    this.at += bytes.length;
  }
}
