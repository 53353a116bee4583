// Is this file a video, and what is made of it? Everything that can be refused is refused here, before anything is encoded.

import { open } from "node:fs/promises";
import type { X264Preset } from "../ladder/rungs.ts";
import { declaredEnd } from "./declared-end.ts";
import { checkIndex } from "./mp4-index.ts";
import { PacketScan, scanArgv } from "./packet-scan.ts";
import { type Plan, planUpload } from "./plan.ts";
import { PROBE_OUTPUT_LENGTH_MAX, type Probe, probeArgv, readProbe } from "./probe.ts";
import { refusal } from "./refusal.ts";
import { brokeItsLimits, type ProgramEnd, ProgramLost, type ProgramOptions, runSandboxed } from "./sandboxed.ts";
import { type Demuxer, SNIFFED_BYTES, sniff } from "./sniff.ts";
import { PROBE_LIMITS, PROBE_WITHIN_MS, scanWithinMs } from "./source-limits.ts";

export interface Inspected {
  demuxer: Demuxer;
  plan: Plan;
  /** One sentence for the uploader about what is missing; null: nothing. */
  warning: string | null;
}

export interface InspectOptions extends Pick<ProgramOptions, "processes" | "clock" | "sandbox" | "folder" | "pauses"> {
  ffprobePath: string;
  preset: X264Preset;
  durationMaxS: number;
  /** The upload, in `folder`. */
  path: string;
  /** Ends what runs. */
  signal: AbortSignal;
}

/** Throws UploadRefused, ProgramLost, and Stopped after `signal`. */
export async function inspect(options: InspectOptions): Promise<Inspected> {
  const { demuxer, cutOff, bytes } = await look(options.path);
  const probe = readProbe(await probeText(options, demuxer));
  const scan = await scanPackets(options, { demuxer, probe, bytes });
  if (demuxer === "gif" && scan.video.packets === 1) throw refusal("still_picture");
  const plan = planUpload(probe, scan, options);
  return { demuxer, plan, warning: warningOf(probe, plan, cutOff) };
}

/** What runs was ended by `signal`. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

async function look(path: string): Promise<{ demuxer: Demuxer; cutOff: boolean; bytes: number }> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const read = async (at: number, length: number) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    const head = await read(0, SNIFFED_BYTES);
    const found = sniff(head);
    if ("refused" in found) throw refusal(found.refused);
    const { demuxer } = found;
    const cutOff = demuxer === "mov" ? (await checkIndex(read, size)).cutOff : (declaredEnd(demuxer, head) ?? 0) > size;
    return { demuxer, cutOff, bytes: size };
  } finally {
    await file.close();
  }
}

async function probeText(options: InspectOptions, demuxer: Demuxer): Promise<string> {
  const lines: string[] = [];
  let length = 0;
  const end = await run(options, {
    argv: probeArgv(options.ffprobePath, demuxer),
    withinMs: PROBE_WITHIN_MS,
    onLine: (line) => {
      lines.push(line);
      length += line.length;
      return length <= PROBE_OUTPUT_LENGTH_MAX;
    },
  });
  if (end.type === "broken") throw refusal("too_expensive");
  return lines.join("\n");
}

async function scanPackets(
  options: InspectOptions,
  { demuxer, probe, bytes }: { demuxer: Demuxer; probe: Probe; bytes: number },
) {
  const scan = new PacketScan({
    demuxer,
    videoIndex: probe.video.index,
    audioIndex: probe.audio?.index ?? null,
    startS: probe.startS,
  });
  let refused: unknown = null;
  await run(options, {
    argv: scanArgv(options.ffprobePath, demuxer),
    withinMs: scanWithinMs(bytes),
    onLine: (line) => {
      try {
        scan.line(line);
        return true;
      } catch (error) {
        refused = error;
        return false;
      }
    },
  });
  if (refused) throw refused;
  return scan.result();
}

async function run(
  { signal, ...options }: InspectOptions,
  what: Pick<ProgramOptions, "argv" | "withinMs" | "onLine">,
): Promise<ProgramEnd> {
  if (signal.aborted) throw new Stopped();
  const program = runSandboxed({ ...options, ...what, limits: PROBE_LIMITS });
  const stop = () => void program.stop();
  signal.addEventListener("abort", stop);
  const end = await program.end;
  signal.removeEventListener("abort", stop);
  if (end.type === "stopped") throw new Stopped();
  if (brokeItsLimits(end)) throw refusal("too_expensive");
  if (end.type === "late" || (end.type === "exited" && end.code === null)) throw new ProgramLost(end.errors.join("; "));
  return end;
}

/** The header of a file that was cut off says how long it was. */
function warningOf({ declaredS }: Probe, { durationS }: Plan, cutOff: boolean): string | null {
  if (!cutOff || declaredS === null || declaredS < durationS * 1.1) return null;
  return `The file ends early: ${spoken(durationS)} of ${spoken(declaredS)}.`;
}

const spoken = (s: number) => (s < 120 ? `${Math.round(s)} s` : `${Math.round(s / 60)} min`);
