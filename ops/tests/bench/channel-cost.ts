// Cost of a source-only channel without viewers, all processes, against `ffmpeg -c copy` that pulls the same stream in the same seconds.

import { getChannel, makeStreamKey, register } from "#ops/tests/support/api.ts";
import { cpuShares } from "#ops/tests/support/cpu-time.ts";
import { type Encoder, startEncoder } from "#ops/tests/support/encoder/encoder.ts";
import { programme } from "#ops/tests/support/encoder/programme.ts";
import { source } from "#ops/tests/support/encoder/sources.ts";
import { bootSystem } from "#ops/tests/support/system.ts";
import { until } from "#ops/tests/support/until.ts";
import { dyingWithUs } from "#ops/up/processes.ts";
import { startPlainNginx } from "./plain-nginx.ts";
import { type BenchResult, median } from "./result.ts";

const WINDOW_MS = 20_000;
const ROUNDS = 3;
const SETTLE_MS = 4_000;
/** A show lasts for hours; in its first minutes its code is still being compiled. */
const WARM_UP_MS = 180_000;
const TARGET_RATIO = 2;
/** As a system without our intake would mux it. */
const MUX =
  "-map 0:v -map 0:a -c copy -f mp4 -movflags +empty_moov+default_base_moof+frag_keyframe+frag_discont+skip_trailer -frag_duration 190000 -flush_packets 1";

export async function benchChannelCost(): Promise<BenchResult> {
  const system = await bootSystem({ env: { LADDER: "none", THUMBNAIL_INTERVAL_MS: "0", ENCODER_GRACE_MS: "1000" } });
  const plain = await startPlainNginx();
  const undo: (() => unknown)[] = [() => plain.stop(), () => system.stop()];
  try {
    const streamer = await register(system.url);
    const { streamKey: key } = await makeStreamKey(system.url, streamer);
    const tags = await source("heavy", { seconds: 30 });
    const endless = () => programme(tags, { rounds: Number.POSITIVE_INFINITY });
    const other = await startEncoder({ server: plain.rtmpUrl, key: "x", tags: endless() });
    undo.unshift(() => other.close());
    const copy = startCopy(`${plain.rtmpUrl}/x`);
    undo.unshift(() => copy.kill());
    const live = async () => (await getChannel(system.url, streamer.login)).live;

    const rounds: { idle: Map<string, number>; busy: Map<string, number> }[] = [];
    const more = { "ffmpeg -c copy": copy.pid, "nginx-rtmp of the baseline": plain.pid };
    const whileLive = async <Value>(run: () => Promise<Value>): Promise<Value> => {
      const encoder: Encoder = await startEncoder({ server: system.rtmpUrl, key, tags: endless() });
      await until("a live channel", async () => (await live())?.phase === "live", { withinMs: 20_000 });
      await Bun.sleep(SETTLE_MS);
      const value = await run();
      await encoder.close();
      await until("the channel to be off air", async () => !(await live()), { withinMs: 20_000 });
      return value;
    };
    await whileLive(() => Bun.sleep(WARM_UP_MS));
    for (let round = 0; round < ROUNDS; round++) {
      await Bun.sleep(SETTLE_MS);
      const idle = await cpuShares(system, { windowMs: WINDOW_MS });
      rounds.push({ idle, busy: await whileLive(() => cpuShares(system, { windowMs: WINDOW_MS, more })) });
    }
    const names = [...rounds[0]!.busy.keys()].filter((name) => rounds[0]!.idle.has(name));
    const over = (round: (typeof rounds)[number], name: string) =>
      (round.busy.get(name) ?? 0) - (round.idle.get(name) ?? 0);
    const all = (round: (typeof rounds)[number]) => names.reduce((sum, name) => sum + over(round, name), 0);
    const baseline = (round: (typeof rounds)[number]) => round.busy.get("ffmpeg -c copy") ?? Number.NaN;
    const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick));
    const row = (what: string, pick: (round: (typeof rounds)[number]) => number) => [
      what,
      `${of(pick).toFixed(2)} %`,
      of((round) => pick(round) / baseline(round)).toFixed(2),
    ];
    return {
      title: "A source-only channel without viewers",
      target: `≤ ${TARGET_RATIO} × \`ffmpeg -c copy\` of the same stream, all processes`,
      method: `720p30, 3 Mbit/s; after ${WARM_UP_MS / 1_000} s of a show, processor time over ${WINDOW_MS / 1_000} s with the channel less without it, medians of ${ROUNDS}; the baseline pulls the same tags from a plain nginx-rtmp in the same seconds and muxes fragmented MP4; the encoder is not counted`,
      header: ["process", "% of a core", "× ffmpeg -c copy"],
      rows: [
        ...names.map((name) => row(name, (round) => over(round, name))),
        row("all", all),
        row("baseline: ffmpeg -c copy", baseline),
        row("baseline: its nginx-rtmp", (round) => round.busy.get("nginx-rtmp of the baseline") ?? Number.NaN),
      ],
    };
  } finally {
    for (const step of undo) await step();
  }
}

function startCopy(url: string) {
  const argv = `ffmpeg -v error -nostdin -fpsprobesize 0 -copyts -i ${url} ${MUX} -y /dev/null`;
  return Bun.spawn(dyingWithUs(argv.split(" "), "KILL"), { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
}
