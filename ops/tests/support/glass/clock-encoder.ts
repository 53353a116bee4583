// A program that publishes a moving picture with the clock in it: `bun clock-encoder.ts <bframes> <rtmp url>…`.
// It draws each frame and writes the time into it in the same ms, so that encoding counts too. FFmpeg encodes once for all addresses.

import { dyingWithUs } from "#ops/up/processes.ts";
import { drawClock } from "./clock-code.ts";

const SIZE = { width: 1_280, height: 720 };
const FPS = 30;
/** Backgrounds drawn in advance, shown in turn: a picture that moves costs nothing to draw. */
const BACKGROUNDS = 30;

const [bframes = "0", ...urls] = process.argv.slice(2);
const input = `-f rawvideo -pix_fmt yuv420p -s ${SIZE.width}x${SIZE.height} -r ${FPS} -i pipe:0 -f lavfi -i sine=frequency=440:sample_rate=48000`;
const encode =
  `-map 0:v -map 1:a -c:v libx264 -preset ultrafast ${bframes === "0" ? "-tune zerolatency" : `-bf ${bframes}`} -profile:v main -pix_fmt yuv420p ` +
  `-g ${2 * FPS} -keyint_min ${2 * FPS} -sc_threshold 0 -b:v 2500k -maxrate 2500k -bufsize 2500k -c:a aac -b:a 96k -ac 2 -flags +global_header`;
const output = ["-f", "tee", urls.map((url) => `[f=flv:onfail=ignore]${url}`).join("|")];
const argv = [
  ..."ffmpeg -hide_banner -loglevel error -probesize 32 -analyzeduration 0 -fflags nobuffer -thread_queue_size 4".split(
    " ",
  ),
  ...input.split(" "),
  ...encode.split(" "),
  ...output,
];
const ffmpeg = Bun.spawn(dyingWithUs(argv), { stdin: "pipe", stdout: "ignore", stderr: "inherit" });
process.on("SIGTERM", () => {
  ffmpeg.kill("SIGKILL"); // Asked politely, it waits for input that never comes.
  process.exit(0);
});
void ffmpeg.exited.then((code) => process.exit(code ?? 1));

const frames = Array.from({ length: BACKGROUNDS }, (_, n) => background(n));
const startMs = performance.now();
for (let n = 0; ; n++) {
  const waitMs = startMs + (n * 1_000) / FPS - performance.now();
  if (waitMs > 1) await Bun.sleep(waitMs);
  const frame = frames[n % BACKGROUNDS]!;
  drawClock(frame, SIZE, Date.now());
  ffmpeg.stdin.write(frame);
  await ffmpeg.stdin.flush();
}

/** Bars that wander to the right, one round in all backgrounds. */
function background(n: number): Uint8Array {
  const { width, height } = SIZE;
  const frame = new Uint8Array((width * height * 3) / 2).fill(128);
  const shift = Math.floor((n * 160) / BACKGROUNDS);
  const line = Uint8Array.from({ length: width }, (_, x) => 40 + (((x + 160 - shift) % 160) * 150) / 160);
  for (let y = 0; y < height; y++) frame.set(line, y * width);
  frame.fill(90 + n * 2, width * height, (width * height * 5) / 4);
  return frame;
}
