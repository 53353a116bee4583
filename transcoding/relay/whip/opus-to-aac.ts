// Opus made AAC, by one FFmpeg for each session: browsers send no AAC, and RTMP has no Opus.
//
//   packets ─► Ogg ─► FFmpeg ─► ADTS ─► frames, dated by counting
//
// It may end or hang: it is started again, a few times, and the session goes on meanwhile without sound.

import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import { type ProcessHost, type RunningProcess, stopProcess } from "#runtime/process/process.ts";
import { AdtsReader } from "./adts.ts";
import { OggOpus } from "./ogg-opus.ts";
import { concealed, concealedSamples, opusSamples } from "./opus-packet.ts";

/** Frames of AAC have so many samples, and FFmpeg's encoder puts one of them before the sound. */
const FRAME_SAMPLES = 1_024;
export const AAC_RATE = 48_000;
/** AAC of low complexity, 48 kHz, two channels. FFmpeg is told to make it. */
export const AAC_ASC = Uint8Array.of(0x11, 0x90);
/** Sound that FFmpeg has not read: some 10 s. It hangs. */
export const HELD_BYTES_MAX = 256 * 1024;
export const STARTS_MAX = 4;
const START_PAUSE_MS = 500;
/** So many lost packets in a row are concealed; a longer hole is silence (`aresample`). */
const CONCEALED_MAX = 5;
/** Sound dated back, or this far ahead, begins anew. */
const JUMP_SAMPLES = 10 * AAC_RATE;

export interface AacFrame {
  /** Where it begins, in samples of the stream's own clock, as `packet` was told. Rises by 1 024, but for jumps. */
  atSamples: number;
  data: Uint8Array;
}

interface OpusToAacOptions {
  processes: ProcessHost;
  clock: Clock;
  log: Log;
  ffmpegPath: string;
  onFrame(frame: AacFrame): void;
}

export class OpusToAac {
  #run: Run | null = null;
  #starts = 0;
  #mayStartMs = 0;
  #isOver = false;
  readonly #ending: Promise<unknown>[] = [];

  constructor(private readonly options: OpusToAacOptions) {}

  /** The next packet. `atSamples`: its time, at 48 kHz. What is no Opus is left out. */
  packet(packet: Uint8Array, atSamples: number) {
    const samples = opusSamples(packet);
    if (this.#isOver || samples === null) return;
    if (this.#run && !this.#run.canTake(atSamples)) this.#end("its clock jumped");
    if (this.#run && this.#run.heldBytes > HELD_BYTES_MAX) this.#end("it hangs");
    this.#run ??= this.#start(atSamples);
    this.#run?.packet(packet, { atSamples, samples });
  }

  /** Resolves when nothing is left. May be called twice. */
  async stop() {
    this.#isOver = true;
    this.#end(null);
    await Promise.all(this.#ending);
  }

  #start(atSamples: number): Run | null {
    const { clock, log } = this.options;
    if (this.#starts >= STARTS_MAX || clock.monoMs() < this.#mayStartMs) return null;
    this.#starts++;
    this.#mayStartMs = clock.monoMs() + START_PAUSE_MS;
    try {
      const run = new Run(this.options, atSamples, (why) => {
        if (this.#run === run) this.#end(why);
      });
      return run;
    } catch (error) {
      log.warn({ reason: reason(error) }, "the encoder of a publisher's sound could not be started");
      return null;
    }
  }

  #end(why: string | null) {
    const run = this.#run;
    if (!run) return;
    this.#run = null;
    if (why !== null) this.options.log.warn({ reason: why, starts: this.#starts }, "a publisher's sound is begun anew");
    const gone = run.stop();
    this.#ending.push(gone);
    void gone.finally(() => this.#ending.splice(this.#ending.indexOf(gone), 1));
  }
}

/** One FFmpeg. */
class Run {
  readonly #process: RunningProcess;
  readonly #ogg = new OggOpus();
  readonly #adts = new AdtsReader();
  #frames = 0;
  /** Where the sound that was written ends. */
  #endSamples: number;
  #isOver = false;
  #lastError = "";

  constructor(
    private readonly options: OpusToAacOptions,
    private readonly fromSamples: number,
    onEnd: (why: string) => void,
  ) {
    this.#endSamples = fromSamples;
    this.#process = options.processes.spawn({
      argv: opusToAacArgv(options.ffmpegPath),
      takesInput: true,
      onOutput: (bytes) => this.#heard(bytes, onEnd),
      onErrorLine: (line) => {
        this.#lastError = line;
      },
    });
    this.#process.input!.write(this.#ogg.headers());
    void this.#process.exited.then(({ code }) => {
      if (!this.#isOver) onEnd(`FFmpeg ended with ${code}: ${this.#lastError}`);
    });
  }

  get heldBytes() {
    return this.#process.input!.heldBytes;
  }

  canTake = (atSamples: number) => Math.abs(atSamples - this.#endSamples) < JUMP_SAMPLES;

  packet(packet: Uint8Array, { atSamples, samples }: { atSamples: number; samples: number }) {
    // Sound that overlaps is put behind the other: an encoder that counts a little too short.
    this.#conceal(packet, atSamples);
    const beginsAt = Math.max(atSamples, this.#endSamples);
    this.#write(packet, beginsAt + samples);
  }

  stop(): Promise<unknown> {
    this.#isOver = true;
    return stopProcess(this.#process, this.options.clock, { ask: () => this.#process.input!.end() });
  }

  /** Fills a hole that a few lost packets leave. */
  #conceal(packet: Uint8Array, toSamples: number) {
    const samples = concealedSamples(packet);
    const lost = Math.floor((toSamples - this.#endSamples) / samples);
    if (lost > CONCEALED_MAX) return;
    for (let n = 0; n < lost; n++) this.#write(concealed(packet), this.#endSamples + samples);
  }

  #write(packet: Uint8Array, endSamples: number) {
    this.#endSamples = endSamples;
    this.#process.input!.write(this.#ogg.packet(packet, endSamples - this.fromSamples));
  }

  #heard(bytes: Uint8Array, onEnd: (why: string) => void) {
    if (this.#isOver) return;
    try {
      for (const { data } of this.#adts.push(bytes)) {
        const atSamples = this.fromSamples + (this.#frames++ - 1) * FRAME_SAMPLES;
        this.options.onFrame({ atSamples, data });
      }
    } catch (error) {
      onEnd(reason(error));
    }
  }
}

/** Reads and writes at once: no probing, no buffer of its own. libopus conceals what is lost; FFmpeg's own decoder does not. */
export const opusToAacArgv = (ffmpegPath: string): string[] => [
  ...[ffmpegPath, "-hide_banner", "-nostdin", "-loglevel", "error"],
  ...["-fflags", "+nobuffer", "-probesize", "32", "-analyzeduration", "0", "-threads", "1"],
  ...["-f", "ogg", "-c:a", "libopus", "-i", "pipe:0"],
  // Holes are filled with silence, so that counting frames tells the time.
  ...["-af", "aresample=async=1:first_pts=0"],
  ...["-c:a", "aac", "-b:a", "128k", "-ar", String(AAC_RATE), "-ac", "2"],
  ...["-flush_packets", "1", "-f", "adts", "pipe:1"],
];
