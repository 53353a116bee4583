// For tests: FLV made by FFmpeg.

/** What FFmpeg writes to its standard output. Throws with its words when it fails. */
export async function ffmpegOutput(words: string[], stdin: Uint8Array | "ignore" = "ignore"): Promise<Uint8Array> {
  const argv = ["ffmpeg", "-hide_banner", "-v", "error", ...(stdin === "ignore" ? ["-nostdin"] : []), ...words];
  const made = Bun.spawn(argv, { stdin, stdout: "pipe", stderr: "pipe" });
  const [out, said] = await Promise.all([new Response(made.stdout).bytes(), new Response(made.stderr).text()]);
  if ((await made.exited) !== 0) throw new Error(`ffmpeg: ${said}`);
  return out;
}

export interface MadeSource {
  seconds?: number;
  size?: string;
  fps?: string;
  /** More words for the picture's encoder. */
  video?: string;
  /** Words for the sound and its encoder; null: no sound. */
  audio?: string | null;
}

/** FLV of a test picture with a keyframe each second, and a tone. */
export function makeFlv({ seconds = 1, size = "320x180", fps = "30", video = "", audio = "" }: MadeSource) {
  const split = (words: string) => words.split(" ").filter((word) => word !== "");
  const picture = `-f lavfi -i testsrc2=s=${size}:r=${fps}:d=${seconds}`;
  const tone = audio === null ? "" : `-f lavfi -i sine=r=48000:d=${seconds}`;
  const coder = `-c:v libx264 -preset ultrafast -force_key_frames expr:gte(t,n_forced) ${video}`;
  const sound = audio === null ? "" : `-c:a aac ${audio}`;
  return ffmpegOutput([...split(picture), ...split(tone), ...split(coder), ...split(sound), "-f", "flv", "pipe:1"]);
}
