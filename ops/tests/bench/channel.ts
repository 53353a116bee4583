// Cost of one source-only channel without viewers: its FFmpeg, and the additional use of actor and edge node.

import { readFileSync } from "node:fs";
import { getChannel, makeStreamKey, register } from "#ops/tests/support/api.ts";
import { descendantsOf } from "#ops/tests/support/descendants.ts";
import { startPublisher } from "#ops/tests/support/publisher.ts";
import { bootSystem } from "#ops/tests/support/system.ts";
import { until } from "#ops/tests/support/until.ts";
import { type BenchResult, median as medianOf } from "./result.ts";

const WINDOW_MS = 20_000;
const ROUNDS = 3;
/** USER_HZ; 100 on every Linux that Bun supports. */
const TICKS_PER_SECOND = 100;
const TARGET_PERCENT = 3;

export async function benchChannel(): Promise<BenchResult> {
  const system = await bootSystem({ env: { LADDER: "none", ENCODER_GRACE_MS: "1000" } });
  try {
    const streamer = await register(system.url);
    const { streamKey: key } = await makeStreamKey(system.url, streamer);
    const nodes = ["actor-1", "edge-1"].map((name) => ({ name, pid: system.pidOf(name) }));
    const samples: Record<string, number[]> = {
      FFmpeg: [],
      "actor-1 idle": [],
      "edge-1 idle": [],
      "actor-1": [],
      "edge-1": [],
    };
    const push = (name: string, percent: number) => samples[name]?.push(percent);

    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, percent] of await percents(nodes)) push(`${name} idle`, percent);
      const publisher = await startPublisher({ server: system.rtmpUrl, key });
      const live = async () => (await getChannel(system.url, streamer.login)).live?.phase === "live";
      await until("a live channel", live, { withinMs: 20_000 });
      await Bun.sleep(3_000);
      const ffmpeg = descendantsOf(system.pidOf("actor-1")).find(({ command }) => command.includes("ffmpeg"));
      if (!ffmpeg) throw new Error("no FFmpeg runs");
      for (const [name, percent] of await percents([...nodes, { name: "FFmpeg", pid: ffmpeg.pid }]))
        push(name, percent);
      await publisher.stop();
      await until("the channel to be off air", async () => !(await getChannel(system.url, streamer.login)).live, {
        withinMs: 20_000,
      });
    }

    const median = (name: string) => medianOf(samples[name] ?? []);
    const over = (name: string) => median(name) - median(`${name} idle`);
    const total = median("FFmpeg") + over("actor-1") + over("edge-1");
    const row = (what: string, percent: number, idle: string) => [what, `${percent.toFixed(2)} %`, idle];
    return {
      title: "A source-only channel without viewers",
      target: `≤ ${TARGET_PERCENT} % of a core over FFmpeg, actor node and edge node`,
      method: `720p30, 2.5 Mbit/s; CPU time of the processes over ${WINDOW_MS / 1000} s, with the channel and without it in turns, medians of ${ROUNDS}; nginx-rtmp, PostgreSQL, NATS and the encoder are not counted`,
      header: ["process", "more with the channel", "without it"],
      rows: [
        row("FFmpeg", median("FFmpeg"), "–"),
        row("actor node", over("actor-1"), `${median("actor-1 idle").toFixed(2)} %`),
        row("edge node", over("edge-1"), `${median("edge-1 idle").toFixed(2)} %`),
        row("all in", total, "–"),
      ],
    };
  } finally {
    await system.stop();
  }
}

async function percents(processes: { name: string; pid: number }[]): Promise<[string, number][]> {
  const before = processes.map(({ pid }) => cpuTicks(pid));
  const startMs = performance.now();
  await Bun.sleep(WINDOW_MS);
  const seconds = (performance.now() - startMs) / 1000;
  return processes.map(({ name, pid }, index) => {
    const ticks = cpuTicks(pid) - (before[index] ?? 0);
    return [name, (ticks / TICKS_PER_SECOND / seconds) * 100];
  });
}

/** utime + stime of /proc/<pid>/stat. */
function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}
