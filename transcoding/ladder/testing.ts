// For tests: sources as FLV, made by FFmpeg, as the tags that the intake would pass on; and what a ladder made of them.

import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import type { FragmentTrack } from "#runtime/fmp4/fragment.ts";
import type { RunningProcess } from "#runtime/process/process.ts";
import { systemProcesses } from "#runtime/process/process-bun.ts";
import { patient } from "#schema/testing-slowness.ts";
import { Splitter } from "../fmp4/splitter.ts";
import { run } from "../packager/testing.ts";
import type { CodecHeaders, SessionTag } from "./feed.ts";
import { type LadderExit, type LadderOptions, startLadder } from "./ladder.ts";
import type { LadderSpeed } from "./speed.ts";

interface TestSource {
  seconds: number;
  size?: string;
  fps?: number;
  /** FFmpeg's arguments for the picture, `-g` included. */
  video?: string[];
  /** Session time of the first tag. */
  fromMs?: number;
}

/** The tags of a session, sound included. */
export async function sessionOf({
  seconds,
  size = "426x240",
  fps = 30,
  video = ["-g", "60"],
  fromMs = 1_000,
}: TestSource) {
  const flv = await run([
    ...[
      "-f",
      "lavfi",
      "-i",
      `testsrc2=s=${size}:r=${fps}:d=${seconds}`,
      "-f",
      "lavfi",
      "-i",
      `sine=r=48000:d=${seconds}`,
    ],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-sc_threshold", "0", "-bf", "2", "-b_strategy", "0", ...video],
    ...["-c:a", "aac", "-f", "flv", "pipe:1"],
  ]);
  const headers: CodecHeaders = { video: null, audio: null };
  const tags: SessionTag[] = [];
  for (let at = 13; at < flv.length; ) {
    const view = new DataView(flv.buffer, flv.byteOffset + at);
    const [type, length] = [flv[at]!, view.getUint32(0) & 0xffffff];
    const time = view.getUint32(4);
    const body = flv.slice(at + 11, at + 11 + length);
    at += 15 + length;
    if (type !== 8 && type !== 9) continue;
    if (body[1] === 0) headers[type === 9 ? "video" : "audio"] = body;
    else if (type === 8 || body[1] === 1)
      tags.push({ type, atMs: fromMs + (time >>> 8), body, header: false, key: type === 9 && hasIdr(body) });
  }
  return { headers, tags };
}

/** Whether the picture of an AVC tag is an IDR picture (NAL type 5). */
function hasIdr(body: Uint8Array): boolean {
  const view = new DataView(body.buffer, body.byteOffset);
  for (let at = 5; at + 5 <= body.length; at += 4 + view.getUint32(at)) if ((body[at + 4]! & 31) === 5) return true;
  return false;
}

export const ptsOf = ({ atMs, body }: SessionTag) => atMs + ((body[2]! << 24) >> 8) + ((body[3]! << 8) | body[4]!);

/** What came out of one rung. Times in session ms. */
class RungOutput {
  readonly bytes: Uint8Array[] = [];
  readonly pictures: { ms: number; key: boolean }[] = [];
  readonly sounds: number[] = [];
  ended = false;
  readonly #splitter = new Splitter({
    init() {},
    fragment: ({ tracks }) => {
      for (const track of tracks) this.#note(track);
    },
  });

  #note({ track, decodeTime, firstPts, keyframe, samples }: FragmentTrack) {
    const ms = (ticks: number) => Math.round((ticks * 1000) / track.timescale);
    if (track.kind === "audio") this.sounds.push(ms(decodeTime));
    else if (samples === 1) this.pictures.push({ ms: ms(firstPts), key: keyframe });
    else throw new Error(`a fragment of ${samples} pictures`);
  }

  push(bytes: Uint8Array) {
    this.bytes.push(bytes.slice());
    this.#splitter.push(bytes);
  }

  end() {
    this.ended = true;
  }

  get keyframes() {
    return this.pictures.filter(({ key }) => key).map(({ ms }) => ms);
  }

  /** What FFmpeg says when it decodes all: nothing, if all is well; and the form of the picture. */
  async decoded(): Promise<{ words: string; pictureForm: string }> {
    const file = `${process.env.TMPDIR ?? "/tmp"}/rung-${Bun.randomUUIDv7()}.mp4`;
    await Bun.write(file, Buffer.concat(this.bytes));
    const read = async (argv: string[]) => {
      const child = Bun.spawn(argv, { stdout: "pipe", stderr: "pipe" });
      return (await new Response(child.stdout).text()) + (await new Response(child.stderr).text());
    };
    const words = await read([
      "ffmpeg",
      "-v",
      "error",
      "-i",
      file,
      "-fps_mode",
      "passthrough",
      "-enc_time_base",
      "-1",
      "-f",
      "null",
      "-",
    ]);
    const entries = ["-show_entries", "stream=width,height,pix_fmt,profile", "-of", "csv=p=0"];
    const pictureForm = await read(["ffprobe", "-v", "error", "-select_streams", "v", ...entries, file]);
    await Bun.file(file).delete();
    return { words, pictureForm: pictureForm.trim() };
  }
}

/** A ladder with real FFmpeg, and what comes out of it. */
export function realLadder(options: Pick<LadderOptions, "rungs" | "headers" | "socketDir"> & Partial<LadderOptions>) {
  const outputs = new Map(options.rungs.map(({ name }) => [name, new RungOutput()]));
  const started: RunningProcess[] = [];
  const speeds: LadderSpeed[] = [];
  let exited: (exit: LadderExit) => void = () => {};
  const exit = new Promise<LadderExit>((resolve) => {
    exited = resolve;
  });
  const ladder = startLadder({
    ...{ clock: systemClock, log: createLog({ name: "test", level: "silent" }), ffmpegPath: "ffmpeg", atMs: 0 },
    encoder: { name: "software", vaapiDevice: "" },
    processes: {
      spawn(spawned) {
        const process = systemProcesses.spawn(spawned);
        started.push(process);
        return process;
      },
    },
    sink: (rung) => outputs.get(rung)!,
    onExit: (told) => exited(told),
    onSpeed: (speed) => void (speed && speeds.push(speed)),
    ...options,
  });
  return { ladder, exit, started, speeds, output: (name: string) => outputs.get(name)! };
}

export async function until(what: () => boolean, ms = patient(30_000)) {
  for (const end = performance.now() + ms; !what(); ) {
    if (performance.now() > end) throw new Error("waited in vain");
    await Bun.sleep(20);
  }
}
