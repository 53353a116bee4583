// One FFmpeg that reads bytes and writes JPEGs, in the background and bounded.

import type { Clock } from "#runtime/base/clock.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import { type Jpeg, splitJpegs } from "../pictures/jpeg.ts";

/** A calm machine takes 2 s for 100 keyframes of 1080p. With the lowest priority a busy one takes much longer. */
const WITHIN_MS = 300_000;
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024;
/** FFmpeg maps 350 MB of libraries; a decoder of 8K takes 100 MB. */
const ADDRESS_SPACE_BYTES_MAX = 1024 * 1024 * 1024;

export interface DrawingParts {
  processes: ProcessHost;
  clock: Clock;
  ffmpegPath: string;
  /** Ends what runs. */
  signal: AbortSignal;
}

/** FFmpeg could not, in words of its own, or was too slow. */
export class DrawingFailed extends Error {
  override readonly name = "DrawingFailed";
}

/** After `signal`. */
export class DrawingStopped extends Error {
  override readonly name = "DrawingStopped";
}

export interface Drawing {
  /** Behind the common options, up to `-f image2pipe pipe:1`. */
  args: readonly string[];
  input: readonly Uint8Array[];
}

/** Throws DrawingFailed and DrawingStopped. The pictures are whole: each was read from its first to its last marker. */
export async function drawJpegs(
  { args, input }: Drawing,
  { processes, clock, ffmpegPath, signal: stopping }: DrawingParts,
): Promise<Jpeg[]> {
  if (stopping.aborted) throw new DrawingStopped();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  let detail = "";
  let onOutputEnd = () => {};
  const outputEnded = new Promise<void>((resolve) => {
    onOutputEnd = resolve;
  });
  const child = processes.spawn({
    argv: [ffmpegPath, "-hide_banner", "-nostdin", "-loglevel", "error", ...args, "-f", "image2pipe", "pipe:1"],
    takesInput: true,
    background: { addressSpaceBytesMax: ADDRESS_SPACE_BYTES_MAX },
    onErrorLine: (line) => {
      detail = line.slice(0, 300);
    },
    onOutput: (chunk) => {
      bytes += chunk.length;
      if (bytes > OUTPUT_BYTES_MAX) child.signal("SIGKILL");
      else chunks.push(chunk.slice());
    },
    onOutputEnd: () => onOutputEnd(),
  });
  const kill = () => child.signal("SIGKILL");
  const cancel = clock.timer(WITHIN_MS, kill);
  stopping.addEventListener("abort", kill);
  for (const part of input) child.input!.write(part);
  child.input!.end();
  const { code, signal } = await child.exited;
  cancel();
  stopping.removeEventListener("abort", kill);
  if (stopping.aborted) throw new DrawingStopped();
  if (signal === null) await outputEnded; // Its last bytes may come after its exit.
  const jpegs = code === 0 ? splitJpegs(Buffer.concat(chunks)) : null;
  if (!jpegs || jpegs.length === 0)
    throw new DrawingFailed(detail || `no picture, exit code ${code}, signal ${signal}`);
  return jpegs;
}
