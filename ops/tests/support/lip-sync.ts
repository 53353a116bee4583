// How far sound and picture of a recording lie apart, by flashes and beeps that belong together.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Frame {
  pts_time: string;
  tags?: Record<string, string>;
}

/** Ms from each flash to its beep: above 0 the sound comes late. `url`: of a playlist. */
export async function lipSync(url: string): Promise<number[]> {
  const folder = mkdtempSync(join(tmpdir(), "lip-sync-"));
  try {
    const file = join(folder, "media.mkv");
    await run(["ffmpeg", "-v", "error", "-nostdin", "-i", url, "-c", "copy", file]);
    const flashes = rises(await frames(`movie=${file},signalstats`, "lavfi.signalstats.YAVG"), 120);
    const beeps = rises(
      await frames(`amovie=${file},astats=metadata=1:reset=1`, "lavfi.astats.Overall.RMS_level"),
      -35,
    );
    return flashes.flatMap((flash) => {
      const nearest = beeps.toSorted((a, b) => Math.abs(a - flash) - Math.abs(b - flash))[0];
      return nearest === undefined ? [] : [Math.round((nearest - flash) * 1_000)];
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function frames(graph: string, tag: string): Promise<{ seconds: number; value: number }[]> {
  const shown = ["-show_entries", `frame=pts_time:frame_tags=${tag}`, "-of", "json"];
  const out = await run(["ffprobe", "-v", "error", "-f", "lavfi", "-i", graph, ...shown]);
  return (JSON.parse(out) as { frames: Frame[] }).frames.map(({ pts_time, tags }) => ({
    seconds: Number(pts_time),
    value: Number((tags?.[tag] ?? "-inf").replace("-inf", "-200")),
  }));
}

/** Seconds at which the value goes over the limit. */
const rises = (values: readonly { seconds: number; value: number }[], limit: number): number[] =>
  values.flatMap(({ seconds, value }, n) => (value > limit && n > 0 && values[n - 1]!.value <= limit ? [seconds] : []));

async function run(argv: string[]): Promise<string> {
  const process = Bun.spawn(argv, { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  const [out, said] = await Promise.all([new Response(process.stdout).text(), new Response(process.stderr).text()]);
  if ((await process.exited) !== 0) throw new Error(`${argv[0]}: ${said}`);
  return out;
}
