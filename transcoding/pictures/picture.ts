// One picture: an FFmpeg that decodes one keyframe, writes it as JPEG in each width, and ends.

import type { Clock } from "#runtime/base/clock.ts";
import { reason } from "#runtime/base/log.ts";
import type { ProcessHost, RunningProcess } from "#runtime/process/process.ts";
import { THUMBNAIL_WIDTHS } from "#schema/wire/media.ts";
import type { Keyframe } from "../packager/shelf/shelf.ts";
import { levelIn, pictureArgv, tellsFrame } from "./arguments.ts";
import { splitJpegs } from "./jpeg.ts";
import type { Picture } from "./thumbnails.ts";

/** A calm machine takes 0.2 s; with the lowest priority a busy one takes longer. */
const WITHIN_MS = 8_000;
/** A keyframe of 8 MB is one of 4K at more than 60 Mbit/s. */
const INPUT_BYTES_MAX = 8 * 1024 * 1024;
/** Of all sizes together. Noise, which compresses worst, is below it. */
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;
/** FFmpeg maps 350 MB of libraries; a decoder of 8K takes 100 MB. */
const ADDRESS_SPACE_BYTES_MAX = 1024 * 1024 * 1024;
const DETAIL_LENGTH_MAX = 300;

export type PictureOutcome =
  /** `soundDb`: level of the newest second, dB below full scale (RMS); null: not known. */
  | { type: "made"; picture: Picture; soundDb: number | null }
  /** `failed`: FFmpeg cannot decode it, or cannot be started. `late`: the machine is too busy. */
  | { type: "failed" | "late" | "stopped"; detail: string };

export interface PictureOptions {
  processes: ProcessHost;
  clock: Clock;
  ffmpegPath: string;
  /** Default 8 s. */
  withinMs?: number;
}

/** Bounded in time, memory and bytes. Never rejects; `stop` ends it at once. */
export function takePicture(keyframe: Keyframe, options: PictureOptions): PictureRun {
  return new PictureRun(keyframe, options);
}

export class PictureRun {
  readonly outcome: Promise<PictureOutcome>;
  #process: RunningProcess | null = null;
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** The last line of standard error. */
  #detail = "";
  #soundDb: number | null = null;
  /** Why the process was killed. */
  #killed: Exclude<PictureOutcome["type"], "made"> | null = null;
  #onOutputEnd = () => {};
  readonly #outputEnded = new Promise<void>((resolve) => {
    this.#onOutputEnd = resolve;
  });

  constructor(
    { init, fragment, newest }: Keyframe,
    private readonly options: PictureOptions,
  ) {
    const picture = [init, fragment];
    const heard = hasSound(init) ? newest() : [];
    // A large keyframe leaves no room for the sound, whose level is worth less than the picture.
    const sound = heard.length > 0 && bytesOf([...picture, ...heard]) <= INPUT_BYTES_MAX;
    this.outcome = this.#run(sound ? [...picture, ...heard] : picture, sound);
  }

  /** Resolves when the process is gone. */
  async stop() {
    this.#kill("stopped", "");
    await this.outcome;
  }

  async #run(input: Uint8Array[], sound: boolean): Promise<PictureOutcome> {
    const { processes, clock, ffmpegPath, withinMs = WITHIN_MS } = this.options;
    const inputBytes = bytesOf(input);
    if (inputBytes > INPUT_BYTES_MAX) return { type: "failed", detail: `a keyframe of ${inputBytes} bytes` };
    try {
      this.#process = processes.spawn({
        argv: pictureArgv({ ffmpegPath, sound }),
        takesInput: true,
        background: { addressSpaceBytesMax: ADDRESS_SPACE_BYTES_MAX },
        onErrorLine: (line) => {
          const level = levelIn(line);
          if (level !== null) this.#soundDb = level;
          else if (!tellsFrame(line)) this.#detail = line.slice(0, DETAIL_LENGTH_MAX);
        },
        onOutput: (chunk) => this.#take(chunk),
        onOutputEnd: () => this.#onOutputEnd(),
      });
    } catch (error) {
      return { type: "failed", detail: reason(error) };
    }
    const cancel = clock.timer(withinMs, () => this.#kill("late", `no picture within ${withinMs} ms`));
    for (const bytes of input) this.#process.input!.write(bytes);
    this.#process.input!.end();
    const { code } = await this.#process.exited;
    if (!this.#killed) await this.#outputEnded; // Its last bytes may come after its exit.
    cancel();
    return this.#killed ? { type: this.#killed, detail: this.#detail } : this.#read(code);
  }

  #take(chunk: Uint8Array) {
    this.#bytes += chunk.length;
    if (this.#bytes > OUTPUT_BYTES_MAX) return this.#kill("failed", "too many bytes");
    this.#chunks.push(chunk.slice());
  }

  #kill(why: Exclude<PictureOutcome["type"], "made">, detail: string) {
    if (this.#killed) return;
    this.#killed = why;
    this.#detail = detail;
    this.#chunks = [];
    this.#onOutputEnd();
    this.#process?.signal("SIGKILL");
  }

  #read(code: number | null): PictureOutcome {
    const jpegs = splitJpegs(Buffer.concat(this.#chunks));
    const fits =
      jpegs?.length === THUMBNAIL_WIDTHS.length && jpegs.every(({ width }, i) => width <= THUMBNAIL_WIDTHS[i]!);
    if (!fits) return { type: "failed", detail: this.#detail || `no pictures, exit code ${code}` };
    // Copies: a view would keep the bytes of the others.
    return {
      type: "made",
      soundDb: this.#soundDb,
      picture: new Map(THUMBNAIL_WIDTHS.map((width, i) => [width, new Uint8Array(jpegs[i]!.bytes)])),
    };
  }
}

const bytesOf = (chunks: Uint8Array[]) => chunks.reduce((sum, { length }) => sum + length, 0);

/** The init segment describes a sound track (ISO/IEC 14496-12 §12.2.3: its handler is `soun`). */
const hasSound = (init: Uint8Array) => Buffer.from(init.buffer, init.byteOffset, init.length).includes("soun");
