// Where a video is white and where it sounds, as FFmpeg decodes it: made-up uploads flash and beep at each whole second.

export interface Seen {
  width: number;
  height: number;
  pixelFormat: string;
  pixelAspect: string;
  codec: string;
  transfer: string;
  fps: number;
  /** Seconds of the last picture's end. */
  pictureEndS: number;
  /** Mean colour of the top left quarter of the first picture. */
  topLeft: [red: number, green: number, blue: number];
  /** Seconds at which the picture becomes white. */
  flashes: number[];
  sound: { codec: string; channels: number; startS: number; endS: number; beeps: number[] } | null;
}

const WHITE = 180;
const LOUD = 0.02;
const WINDOW_S = 0.01;
const RATE = 8_000;

export async function lookAt(path: string): Promise<Seen> {
  const { streams } = JSON.parse(await run("ffprobe", ["-show_streams", "-of", "json", path])) as {
    streams: Record<string, string & number>[];
  };
  const video = streams.find((stream) => stream.codec_type === "video")!;
  const audio = streams.find((stream) => stream.codec_type === "audio");
  const [width, height] = [Number(video.width), Number(video.height)];
  const spans = await packetSpans(path);
  const picture = await bytes("ffmpeg", [
    "-i",
    path,
    "-map",
    "0:v",
    "-frames:v",
    "1",
    "-f",
    "rawvideo",
    "-pix_fmt",
    "rgb24",
    "-",
  ]);
  return {
    ...{ width, height, pixelFormat: String(video.pix_fmt), pixelAspect: String(video.sample_aspect_ratio) },
    ...{ codec: String(video.codec_name), transfer: String(video.color_transfer ?? "") },
    fps: rate(String(video.avg_frame_rate)),
    pictureEndS: spans.get(Number(video.index))!.endS,
    topLeft: quarter(picture, width, height),
    flashes: await flashes(path),
    sound: audio
      ? {
          codec: String(audio.codec_name),
          channels: Number(audio.channels),
          ...spans.get(Number(audio.index))!,
          beeps: await beeps(path),
        }
      : null,
  };
}

/** The tone of the sound, in Hz, by its zero crossings. */
export async function toneOf(path: string): Promise<number> {
  const samples = await sound(path);
  const middle = samples.subarray(samples.length / 4, (samples.length * 3) / 4);
  let crossings = 0;
  for (let i = 1; i < middle.length; i++) if (middle[i - 1]! < 0 !== middle[i]! < 0) crossings++;
  return (crossings / 2 / middle.length) * RATE;
}

async function packetSpans(path: string) {
  const text = await run("ffprobe", [
    "-show_entries",
    "packet=stream_index,pts_time,duration_time",
    "-of",
    "csv=p=0",
    path,
  ]);
  const spans = new Map<number, { startS: number; endS: number }>();
  for (const line of text.trim().split("\n")) {
    const [index, pts, length] = line.split(",").map(Number);
    if (!Number.isFinite(pts)) continue;
    const span = spans.get(index!) ?? { startS: Number.POSITIVE_INFINITY, endS: 0 };
    span.startS = Math.min(span.startS, pts!);
    // A packet of which some samples are to be left out tells more in its line.
    span.endS = Math.max(span.endS, pts! + (Number.isFinite(length) ? length! : 0));
    spans.set(index!, span);
  }
  return spans;
}

async function flashes(path: string): Promise<number[]> {
  const text = await run("ffmpeg", [
    ...[
      "-i",
      path,
      "-map",
      "0:v",
      "-vf",
      "scale=32:32:out_range=full,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-",
    ],
    ...["-f", "null", "/dev/null"],
  ]);
  const levels: { atS: number; level: number }[] = [];
  for (const line of text.split("\n")) {
    const at = /pts_time:([\d.]+)/.exec(line)?.[1];
    if (at) levels.push({ atS: Number(at), level: 0 });
    const level = /YAVG=([\d.]+)/.exec(line)?.[1];
    if (level && levels.length > 0) levels.at(-1)!.level = Number(level);
  }
  return rises(levels.map(({ atS, level }) => ({ atS, on: level > WHITE })));
}

async function beeps(path: string): Promise<number[]> {
  const samples = await sound(path);
  const each = RATE * WINDOW_S;
  const windows = Array.from({ length: Math.floor(samples.length / each) }, (_, i) => {
    const window = samples.subarray(i * each, (i + 1) * each);
    const power = window.reduce((sum, sample) => sum + sample ** 2, 0) / each;
    return { atS: i * WINDOW_S, on: Math.sqrt(power) > LOUD };
  });
  return rises(windows);
}

/** From the first time of the picture: a hole at its beginning is silence. */
async function sound(path: string): Promise<Float32Array> {
  const raw = await bytes("ffmpeg", [
    ...["-i", path, "-map", "0:a", "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", String(RATE)],
    ...["-f", "f32le", "-"],
  ]);
  return new Float32Array(raw.buffer, raw.byteOffset, Math.floor(raw.length / 4));
}

/** A pause shorter than this does not end a flash or a beep. */
const PAUSE_S = 0.3;

function rises(moments: { atS: number; on: boolean }[]): number[] {
  const found: number[] = [];
  let lastS = Number.NEGATIVE_INFINITY;
  for (const { atS, on } of moments) {
    if (!on) continue;
    if (atS - lastS > PAUSE_S) found.push(atS);
    lastS = atS;
  }
  return found;
}

function quarter(rgb: Uint8Array, width: number, height: number): [number, number, number] {
  const sums = [0, 0, 0];
  let count = 0;
  for (let y = Math.floor(height / 8); y < (height * 3) / 8; y += 2)
    for (let x = Math.floor(width / 8); x < (width * 3) / 8; x += 2, count++)
      for (let c = 0; c < 3; c++) sums[c]! += rgb[(y * width + x) * 3 + c]!;
  return sums.map((sum) => Math.round(sum / count)) as [number, number, number];
}

function rate(fraction: string): number {
  const [above, below] = fraction.split("/").map(Number);
  return above! / below!;
}

async function bytes(program: string, args: string[]): Promise<Uint8Array> {
  const child = Bun.spawn([program, "-v", "error", ...args], { stdout: "pipe", stderr: "pipe" });
  const [out, errors] = await Promise.all([new Response(child.stdout).bytes(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${program}: ${errors}`);
  return out;
}

const run = async (program: string, args: string[]) => new TextDecoder().decode(await bytes(program, args));
