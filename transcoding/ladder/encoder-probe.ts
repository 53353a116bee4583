// Finds an encoder that works on this machine: a driver may be missing, a chip busy or of the wrong kind, and only trying tells.

import type { Clock } from "#runtime/base/clock.ts";
import { type Log, reason } from "#runtime/base/log.ts";
import type { ENCODERS } from "#runtime/config/ladder.ts";
import { type ProcessHost, stopProcess } from "#runtime/process/process.ts";
import {
  deviceArgs,
  type EncodedPicture,
  type Encoder,
  type EncoderName,
  pictureFilter,
  videoArgs,
} from "./encoder.ts";

/** A driver that hangs counts as one that does not work. */
const PROBE_MS = 10_000;
const ERROR_LINES_MAX = 5;
/** In the order of `auto`. */
const HARDWARE: readonly EncoderName[] = ["nvenc", "qsv", "vaapi"];
/** As a rung would be asked for; not smaller, as chips have a smallest size. */
const TRIAL: EncodedPicture = {
  ...{
    width: 640,
    height: 360,
    bitrateKbps: 700,
    bitrateMaxKbps: 850,
    preset: "veryfast",
    profile: "main",
    level: "3.0",
  },
};

interface ProbeOptions {
  /** LADDER_ENCODER */
  setting: (typeof ENCODERS)[number] | "auto";
  vaapiDevice: string;
  ffmpegPath: string;
  processes: ProcessHost;
  clock: Clock;
  log: Pick<Log, "info" | "warn">;
}

/** The encoder to use. Never rejects: what does not work is replaced by software, with one line in the log. */
export async function findEncoder(options: ProbeOptions): Promise<Encoder> {
  const { setting, vaapiDevice, log } = options;
  const software: Encoder = { name: "software", vaapiDevice };
  if (setting === "software") return software;
  const failures: Record<string, string> = {};
  for (const name of setting === "auto" ? HARDWARE : [setting]) {
    const encoder = { name, vaapiDevice };
    const failure = await probe(encoder, options);
    if (failure === null) {
      log.info({ encoder: name }, "hardware encoder works");
      return encoder;
    }
    failures[name] = failure;
  }
  if (setting === "auto") log.info({ failures }, "no hardware encoder: the ladder uses software");
  else log.warn({ failures }, "hardware encoder does not work: the ladder uses software");
  return software;
}

/** Encodes ten pictures. Null: it works; else why not. */
async function probe(encoder: Encoder, { ffmpegPath, processes, clock }: ProbeOptions): Promise<string | null> {
  const lines: string[] = [];
  try {
    const process = processes.spawn({
      argv: probeArgv(ffmpegPath, encoder),
      onErrorLine: (line) => lines.length < ERROR_LINES_MAX && lines.push(line),
    });
    const exit = await stopProcess(process, clock, { ask: () => {}, askMs: PROBE_MS });
    if (exit.code === 0) return null;
    return lines.join(" | ") || `ffmpeg ended with ${exit.signal ?? exit.code}`;
  } catch (error) {
    return reason(error);
  }
}

export function probeArgv(ffmpegPath: string, encoder: Encoder): string[] {
  return [
    ...[ffmpegPath, "-hide_banner", "-nostdin", "-loglevel", "error", ...deviceArgs(encoder)],
    ...["-f", "lavfi", "-i", `testsrc2=s=${TRIAL.width}x${TRIAL.height}:r=30`, "-frames:v", "10"],
    ...["-vf", pictureFilter(encoder), ...videoArgs(encoder, TRIAL), "-f", "null", "-"],
  ];
}
