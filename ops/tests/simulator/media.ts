// Simulated nginx, encoders and FFmpeg: published names, and MP4 fragments that carry only a time.

import type { IngestClient } from "#actors/channel/ingest.ts";
import type { AttemptSinks } from "#transcoding/packager/attempt/sinks.ts";
import type { Process, Simulation } from "./simulation.ts";

const FRAGMENT_MS = 500;
const KEYFRAME_EVERY = 4;
const PULL_MS = [60, 350] as const;
/** FFmpeg gives up on a name without a publisher after this time. */
const PUBLISHER_WITHIN_MS = 5_000;
const WAIT_STEP_MS = 200;
const TIMESCALE = 1_000;

interface Publisher {
  startedMs: number;
  /** Called when nginx closes the publisher's connection. */
  onDropped(): void;
}

/** One nginx: the names published there, and since when. */
export class SimIngest {
  readonly publishers = new Map<string, Publisher>();

  constructor(private readonly sim: Simulation) {}

  /** The nginx as a node's client sees it. */
  clientOf(process: Process): IngestClient {
    const answer = <T>(value: () => T) =>
      new Promise<T>((resolve) => void this.sim.after(2, () => resolve(value()), process));
    return {
      pullUrl: (name) => name,
      publishing: () => answer(() => new Set(this.publishers.keys())),
      dropPublisher: (name) => answer(() => this.publishers.get(name)?.onDropped()),
      dropPull: () => answer(() => {}),
      sentBytes: () => answer(() => 0),
    };
  }
}

interface PullOptions {
  sim: Simulation;
  process: Process;
  ingest: SimIngest;
  publicName: string;
  /** nginx accepted the pull; only now may the publisher be answered. */
  attached(): void;
  begin(): AttemptSinks;
  onExit(): void;
}

/** An FFmpeg that pulls a stream; its first fragment is the next keyframe. Returns stop. */
export function pull({ sim, process, ingest, publicName, attached, begin, onExit }: PullOptions): () => void {
  let sinks: AttemptSinks | null = null;
  let stopped = false;
  const stop = () => {
    if (stopped) return;
    stopped = true;
    sinks?.close();
  };
  const exit = () => {
    if (stopped) return;
    stop();
    sim.after(20, onExit, process);
  };
  const wait = (leftMs: number) => {
    if (stopped) return;
    const publisher = ingest.publishers.get(publicName);
    if (publisher) play(publisher);
    else if (leftMs <= 0) exit();
    else sim.after(WAIT_STEP_MS, () => wait(leftMs - WAIT_STEP_MS), process);
  };
  const play = (publisher: Publisher) => {
    sinks = begin();
    void sinks.failed.then(exit);
    const sink = sinks.sink("source");
    sink.push(initSegment);
    let n = Math.ceil((sim.nowMs - publisher.startedMs) / FRAGMENT_MS / KEYFRAME_EVERY) * KEYFRAME_EVERY;
    const later = () => sim.after(publisher.startedMs + (n + 1) * FRAGMENT_MS - sim.nowMs, next, process);
    const next = () => {
      if (stopped) return;
      if (ingest.publishers.get(publicName) !== publisher) return exit();
      sink.push(fragment(n));
      n++;
      later();
    };
    later();
  };
  sim.after(
    sim.between(...PULL_MS),
    () => {
      if (stopped) return;
      attached();
      wait(PUBLISHER_WITHIN_MS);
    },
    process,
  );
  return stop;
}

// ISO/IEC 14496-12, limited to what transcoding/fmp4 reads.

const u32 = (n: number) => [(n >>> 24) & 255, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const text = (s: string) => [...s].map((c) => c.charCodeAt(0));
const box = (type: string, ...body: number[][]): number[] => {
  const content = body.flat();
  return [...u32(content.length + 8), ...text(type), ...content];
};
const zeros = (length: number) => new Array<number>(length).fill(0);

const initSegment = Uint8Array.from([
  ...box("ftyp", text("iso6"), u32(0)),
  ...box(
    "moov",
    box(
      "trak",
      box("tkhd", u32(0), u32(0), u32(0), u32(1), zeros(68)),
      box(
        "mdia",
        box("mdhd", u32(0), u32(0), u32(0), u32(TIMESCALE), u32(0), u32(0)),
        box("hdlr", u32(0), u32(0), text("vide"), zeros(13)),
        box(
          "minf",
          box(
            "stbl",
            box(
              "stsd",
              u32(0),
              u32(1),
              box("avc1", zeros(24), [1, 64, 0, 180], zeros(50), box("avcC", [1, 0x64, 0, 0x1f])),
            ),
          ),
        ),
      ),
    ),
    box("mvex", box("trex", u32(0), u32(1), u32(1), u32(FRAGMENT_MS), u32(0), u32(0))),
  ),
]);

/** Offset of the time in `tfdt`: after the headers of moof and traf, the whole tfhd, and the header of tfdt. */
const TFDT_AT = 8 + 8 + 16 + 8 + 4;
const NON_SYNC = 0x10000;

/** A fragment with one sample, which lasts as long as the fragment. */
const template = (key: boolean) =>
  Uint8Array.from([
    ...box(
      "moof",
      box(
        "traf",
        box("tfhd", u32(0x20000), u32(1)),
        box("tfdt", u32(0), u32(0)),
        box("trun", u32(4), u32(1), u32(key ? 0 : NON_SYNC)),
      ),
    ),
    ...box("mdat", zeros(8)),
  ]);
const templates = { key: template(true), other: template(false) };

function fragment(n: number): Uint8Array {
  const bytes = (n % KEYFRAME_EVERY === 0 ? templates.key : templates.other).slice();
  new DataView(bytes.buffer).setUint32(TFDT_AT, n * FRAGMENT_MS);
  return bytes;
}
