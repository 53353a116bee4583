// Encodes an upload by its plan: one FFmpeg in the sandbox, a file for each rendition.

import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxLimits } from "#runtime/process/sandbox.ts";
import { encodeArgv } from "./arguments.ts";
import type { Inspected } from "./inspect.ts";
import { Stopped } from "./inspect.ts";
import type { Plan } from "./plan.ts";
import { refusal } from "./refusal.ts";
import { brokeItsLimits, ProgramLost, type ProgramOptions, runSandboxed } from "./sandboxed.ts";

export interface EncodeOptions extends Pick<ProgramOptions, "processes" | "clock" | "sandbox" | "folder" | "pauses"> {
  ffmpegPath: string;
  threads: number;
  /** Of FFmpeg, libraries included. */
  addressSpaceBytesMax: number;
  /** From 0 to 1. */
  onProgress(share: number): void;
  /** Ends what runs. */
  signal: AbortSignal;
}

/** Processor time of each thread that a second of video may take, beside that of the start. 1080p60 from 8K takes about 15 s of one core. */
const PER_SECOND_MS = 60_000;
const START_MS = 120_000;
/** Wall time beyond processor time: everything else on the machine goes first. */
const BUSY_FACTOR = 8;
const MINIMUM_BYTES = 16 * 1024 * 1024;
/** A file may be so many times as large as its bitrate says. */
const BYTES_FACTOR = 2;
const BYTES_PER_KBIT = 125;
/** Sound, and what holds it. */
const OVERHEAD_KBPS = 300;

export const renditionFile = (rung: string) => `out-${rung}.mp4`;

/** Throws UploadRefused, ProgramLost, and Stopped after `signal`. Exit 0 is not believed: the files are looked at by who cuts them. */
export async function encode({ plan, demuxer }: Pick<Inspected, "plan" | "demuxer">, options: EncodeOptions) {
  const { signal, ffmpegPath, threads, folder, onProgress } = options;
  if (signal.aborted) throw new Stopped();
  const withinMs = BUSY_FACTOR * (START_MS + PER_SECOND_MS * plan.durationS);
  const program = runSandboxed({
    ...options,
    argv: encodeArgv({ ffmpegPath, demuxer, plan, threads, fileOf: renditionFile }),
    limits: limitsFor(plan, options),
    withinMs,
    onLine: (line) => {
      const reachedS = Number(/^out_time_us=(\d+)/.exec(line)?.[1] ?? Number.NaN) / 1_000_000;
      if (Number.isFinite(reachedS)) onProgress(Math.min(1, reachedS / plan.durationS));
      return true;
    },
  });
  const stop = () => void program.stop();
  signal.addEventListener("abort", stop);
  const end = await program.end;
  signal.removeEventListener("abort", stop);
  if (end.type === "stopped") throw new Stopped();
  if (end.type !== "exited") throw new ProgramLost(`${end.type} after ${Math.round(withinMs / 1_000)} s`);
  if (brokeItsLimits(end) || /cannot allocate memory|file too large/i.test(end.errors.join("\n")))
    throw refusal("too_expensive");
  if (end.code === null) throw new ProgramLost(end.signal ?? end.errors.join("; "));
  if (end.code !== 0 && !(await wroteAll(plan, folder))) throw refusal("unreadable", explained(end.errors));
}

const limitsFor = (plan: Plan, { addressSpaceBytesMax, threads }: EncodeOptions): SandboxLimits => ({
  addressSpaceBytesMax,
  cpuMaxS: Math.ceil(((START_MS + PER_SECOND_MS * plan.durationS) / 1_000) * threads),
  fileBytesMax: Math.ceil(
    MINIMUM_BYTES + plan.durationS * (OVERHEAD_KBPS + plan.rungs[0]!.bitrateMaxKbps) * BYTES_PER_KBIT * BYTES_FACTOR,
  ),
});

/** A damaged file ends with an error although most of it was shown; the cutter measures what there is. */
async function wroteAll({ rungs }: Plan, folder: string): Promise<boolean> {
  const sizes = await Promise.all(
    rungs.map(({ name }) =>
      stat(join(folder, renditionFile(name))).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.every((size) => size > 0);
}

/** FFmpeg's own words name files and options: only the kind of trouble is told. */
function explained(errors: readonly string[]): string | undefined {
  const text = errors.join("\n");
  if (/decoder.*not found|unknown decoder|could not find codec/i.test(text))
    return "This kind of video is not supported.";
  return undefined;
}
