// Draws pictures of strangers, a few at once, each in a process of its own: a file that breaks a decoder ends that process, and costs no more
// than its limits.

import { join } from "node:path";
import { Refusal } from "#runtime/actor/actor.ts";
import type { Clock } from "#runtime/base/clock.ts";
import { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { Exit, ProcessHost } from "#runtime/process/process.ts";
import type { Sandbox } from "#runtime/process/sandbox.ts";
import { PICTURE_SHAPES, type PictureKind } from "#schema/wire/pictures.ts";
import { type Drawn, type DrawnKind, type DrawnSize, lengthPrefix, writeArguments } from "./drawing.ts";
import { picturesDrawn } from "./metrics.ts";
import { isPicture } from "./sniff.ts";

/** A core each. */
const AT_ONCE_MAX = 2;
const WAITING_MAX = 16;
/** A picture of 40 megapixels takes 2 s of a calm machine. A busy one takes longer, since encoders go first. */
const WITHIN_MS = 30_000;
const CPU_MAX_S = 10;
/** Of all widths together. Noise, which compresses worst, is below it. */
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;
const RETRY_AFTER_MS = 5_000;
const DETAIL_LENGTH_MAX = 300;
const LIMITS = {
  // The runtime's reserve; `confine` sets the real limit.
  addressSpaceBytesMax: 4 * 1024 * 1024 * 1024,
  cpuMaxS: CPU_MAX_S,
  fileBytesMax: 0,
};
/** Nothing is read or written there. */
const FOLDER = "/";
const SCRIPT = join(import.meta.dir, "draw-process.ts");
/** The kernel ended it for what it did: another try would end alike. */
const FATAL = new Set(["SIGABRT", "SIGSEGV", "SIGBUS", "SIGFPE", "SIGILL", "SIGSYS", "SIGXCPU", "SIGXFSZ", "SIGTRAP"]);

export interface DrawerParts {
  processes: ProcessHost;
  /** Asked for with the first picture. */
  findSandbox(): Promise<Sandbox>;
  clock: Pick<Clock, "timer">;
  log: Pick<Log, "warn">;
  /** The command of Bun. Default: the one that runs this process. */
  bun?: string;
}

/** By width, ascending. */
export type DrawnPicture = ReadonlyMap<number, Uint8Array<ArrayBuffer>>;

/** In ascending sizes. */
export interface DrawnEmote {
  sizes: DrawnSize[];
  animated: boolean;
  pictures: Uint8Array<ArrayBuffer>[];
  /** First frames of an animated one, in the same sizes. */
  stills: Uint8Array<ArrayBuffer>[];
}

type Output = Extract<Drawn, { lengths: number[] }> & { pictures: Uint8Array<ArrayBuffer>[] };

export class Drawer {
  readonly #turns = new KeyedSemaphore({
    concurrentMax: AT_ONCE_MAX,
    waitingMax: WAITING_MAX,
    full: () => busy("too many pictures at once"),
  });
  #sandbox: Promise<Sandbox> | null = null;

  constructor(private readonly parts: DrawerParts) {}

  /** Throws Refusal: `not_a_picture`, `picture_too_large`, `picture_broken`; `busy` when the machine is. */
  async draw(kind: PictureKind, file: Uint8Array): Promise<DrawnPicture> {
    const { pictures } = await this.#counted(kind, file, () => {
      if (!isPicture(file)) throw new Refusal("not_a_picture");
    });
    return new Map(PICTURE_SHAPES[kind].widths.map((width, i) => [width, pictures[i]!]));
  }

  /** Throws Refusal: those of `inspect`, and of `draw`. */
  async drawEmote(file: Uint8Array, inspect: (file: Uint8Array) => void): Promise<DrawnEmote> {
    const { sizes = [], animated = false, pictures } = await this.#counted("emote", file, () => inspect(file));
    const count = sizes.length;
    return { sizes, animated, pictures: pictures.slice(0, count), stills: animated ? pictures.slice(count) : [] };
  }

  async #counted(kind: DrawnKind, file: Uint8Array, check: () => void): Promise<Output> {
    try {
      check();
      const drawn = await this.#turns.run("", () => this.#run(kind, file));
      picturesDrawn.inc({ kind, outcome: "drawn" });
      return drawn;
    } catch (error) {
      picturesDrawn.inc({ kind, outcome: error instanceof Refusal ? error.code : "internal" });
      throw error;
    }
  }

  async #run(kind: DrawnKind, file: Uint8Array): Promise<Output> {
    const { processes, clock, log, findSandbox, bun = process.execPath } = this.parts;
    this.#sandbox ??= findSandbox();
    const sandbox = await this.#sandbox;
    const script = ["--no-install", SCRIPT, ...writeArguments({ kind, userId: sandbox.userId })];
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    let detail = "";
    const { promise: outputEnded, resolve: onOutputEnd } = Promise.withResolvers<void>();
    const child = processes.spawn({
      argv: sandbox.argv([bun, ...script], { folder: FOLDER, limits: LIMITS, confinesItself: true }),
      takesInput: true,
      onErrorLine: (line) => {
        detail ||= line.slice(0, DETAIL_LENGTH_MAX);
      },
      onOutput: (chunk) => {
        bytes += chunk.length;
        if (bytes > OUTPUT_BYTES_MAX) child.signal("SIGKILL");
        else chunks.push(chunk.slice());
      },
      onOutputEnd,
    });
    let isLate = false;
    const cancel = clock.timer(WITHIN_MS, () => {
      isLate = true;
      child.signal("SIGKILL");
    });
    child.input!.write(lengthPrefix(file.length));
    child.input!.write(file);
    const exit = await child.exited;
    cancel();
    child.input!.end();
    if (exit.code === 0) {
      await outputEnded; // Its last bytes may come after its exit.
      return outputOf(Buffer.concat(chunks));
    }
    log.warn({ kind, bytes: file.length, ...exit, late: isLate, detail }, "a picture was not drawn");
    throw lost(exit);
  }
}

/** Throws Refusal for a file that was refused. */
function outputOf(output: Buffer): Output {
  const end = output.indexOf("\n");
  const drawn = answerOf(output.subarray(0, Math.max(end, 0)).toString());
  if ("refused" in drawn) throw new Refusal(drawn.refused);
  let at = end + 1;
  const pictures = drawn.lengths.map((length) => {
    at += length;
    return Uint8Array.from(output.subarray(at - length, at));
  });
  return { ...drawn, pictures };
}

function answerOf(line: string): Drawn {
  try {
    return JSON.parse(line) as Drawn;
  } catch (error) {
    throw new Error(`the process that draws said something else: ${reason(error)}`);
  }
}

function lost({ signal }: Exit): Refusal {
  if (signal !== null && FATAL.has(signal))
    return new Refusal("picture_broken", "it breaks the limits of what reads it");
  return busy("the picture was not drawn in time; a smaller one may be");
}

const busy = (detail: string) => new Refusal("busy", detail, RETRY_AFTER_MS);
