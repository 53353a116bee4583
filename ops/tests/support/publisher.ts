// An encoder for tests: FFmpeg with a test picture (720p30, keyframe every 2 s) and a tone.

import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { dyingWithUs } from "#ops/up/processes.ts";

interface PublisherOptions {
  /** `rtmp://host:port/live`. */
  server: string;
  key: string;
  /** `file` (default): a prepared 30 s loop, copied, almost without CPU. `encoded`: encoded live with the wall clock in the picture, about half a core. */
  source?: "file" | "encoded";
  /** FFmpeg arguments between input and output that replace the usual ones, for example for other codecs. Implies `encoded`. */
  encode?: string[];
  /** A file that is sent at its own pace, copied, once. Replaces `source`. */
  file?: string;
}

export interface Publisher {
  pid: number;
  exited: Promise<number>;
  /** FFmpeg's standard error. */
  errors(): string;
  /** Closes the stream properly, like OBS. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

const SIZE = "1280x720";
const LOOP_SECONDS = 30;
const X264 =
  "-c:v libx264 -preset ultrafast -tune zerolatency -profile:v main -pix_fmt yuv420p -g 60 -keyint_min 60 -sc_threshold 0 -b:v 2500k -maxrate 2500k -bufsize 2500k";
const AAC = "-c:a aac -b:a 96k -ar 48000 -ac 2";

/** A moving picture with `text` (drawtext syntax) in it, and a quiet tone. */
const testInput = (text: string, font = 56) => [
  ...[
    "-f",
    "lavfi",
    "-i",
    `testsrc2=size=${SIZE}:rate=30,drawtext=text='${text}':fontsize=${font}:fontcolor=white:box=1:boxcolor=black@0.6:boxborderw=12:x=(w-tw)/2:y=h-th-48`,
  ],
  ...["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000,volume=0.1"],
];
/** Wall clock (hours to seconds), and the time since the start with ms. */
const CLOCK_TEXT = "%{localtime\\:%T}  %{pts\\:hms}";

export async function startPublisher({
  server,
  key,
  source = "file",
  encode,
  file,
}: PublisherOptions): Promise<Publisher> {
  const encoded = encode !== undefined || source === "encoded";
  const input = file
    ? ["-re", "-i", file, "-c", "copy"]
    : encoded
      ? ["-re", ...testInput(CLOCK_TEXT), ...(encode ?? [...X264.split(" "), ...AAC.split(" ")])]
      : ["-re", "-stream_loop", "-1", "-i", await preparedLoop(), "-c", "copy"];
  const argv = ["ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", ...input, "-f", "flv", `${server}/${key}`];
  const child = Bun.spawn(dyingWithUs(argv), { stdin: "ignore", stdout: "ignore", stderr: "pipe" });
  let text = "";
  void (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stderr) text = (text + decoder.decode(chunk, { stream: true })).slice(-10_000);
  })();
  const end = async (name: "SIGINT" | "SIGKILL") => {
    child.kill(name);
    await child.exited;
  };
  return {
    pid: child.pid,
    exited: child.exited,
    errors: () => text,
    stop: () => end("SIGINT"),
    kill: () => end("SIGKILL"),
  };
}

/** The prepared loop, encoded once and kept. */
async function preparedLoop(): Promise<string> {
  const folder = join(import.meta.dir, "../../../node_modules/.cache");
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "test-loop-v2.flv");
  if (existsSync(file) && statSync(file).size > 0) return file;
  const half = `${file}.${process.pid}`;
  const words = [
    ...testInput(CLOCK_TEXT),
    "-t",
    String(LOOP_SECONDS),
    ...X264.split(" "),
    ...AAC.split(" "),
    "-f",
    "flv",
    half,
  ];
  const made = Bun.spawn(dyingWithUs(["ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-y", ...words]), {
    stderr: "pipe",
  });
  const text = await new Response(made.stderr).text();
  if ((await made.exited) !== 0) throw new Error(`the test loop could not be encoded: ${text}`);
  renameSync(half, file);
  return file;
}
