// Fan-out: one room with thousands of sockets and hundreds of speakers, our edge beside bare servers, with the same crowd.

import { Crowd } from "../../support/crowd/crowd.ts";
import { Latencies } from "../../support/crowd/latencies.ts";
import { nowMs } from "../../support/crowd/line-body.ts";
import { quantile } from "../../support/quantiles.ts";
import type { BenchOptions, BenchResult } from "../result.ts";
import { type BaselineName, type ChatServer, startBaseline, startOurs } from "./servers.ts";

const SPEAKERS = 300;
const PROCESSES = 2;
const JOINS_PER_S = 400;
const WARM_UP_MS = 3_000;
const SECONDS = 10;
const SETTLED_WITHIN_MS = 20_000;
/** Servers that write each line to each socket by itself are measured at this rate only: at higher ones they fall behind for minutes. */
const SLOW_RATE = 50;

interface Setting {
  sockets: number;
  lines: number[];
}

const SETTINGS: Setting[] = [
  { sockets: 5_000, lines: [50, 200, 600] },
  { sockets: 10_000, lines: [200] },
];

interface Measured {
  p50: number;
  p95: number;
  p99: number;
  max: number;
  answerP99: number;
  cores: number;
  delivered: number;
  refused: number;
  lost: number;
  kbPerSocket: number;
}

interface Side {
  server: ChatServer;
  crowd: Crowd;
  /** Resident bytes before the crowd came. */
  emptyBytes: number;
}

/** `--sockets 5000 --lines 50,200` instead of the settings above, and `--seconds`; `--beside` names the baselines: bun, ws, socket.io. */
export async function benchFanOut(options: BenchOptions): Promise<BenchResult> {
  const seconds = Number(options.seconds ?? SECONDS);
  const settings = options.sockets
    ? [{ sockets: Number(options.sockets), lines: (options.lines ?? "50,200").split(",").map(Number) }]
    : SETTINGS;
  const rows: string[][] = [];
  for (const { sockets, lines } of settings) {
    await using running = new AsyncDisposableStack();
    const sides: Side[] = [];
    const beside = baselinesOf(options, lines);
    for (const start of [() => startOurs(SPEAKERS), ...beside.map((name) => () => startBaseline(name, SPEAKERS))]) {
      const server = running.adopt(await start(), (one) => one.stop());
      const emptyBytes = await warmedUpBytes(server);
      const crowd = running.adopt(await gather(server, sockets), (one) => one.leave());
      await crowd.isIn(120_000);
      sides.push({ server, crowd, emptyBytes });
    }
    for (const rate of lines) {
      const fast = sides.filter(({ server }) => rate <= SLOW_RATE || !server.name.includes("Node"));
      const measured: Measured[] = [];
      for (const side of fast) measured.push(await measure(side, sockets, rate, seconds));
      const bare = measured[fast.findIndex(({ server }) => server.name === "bare Bun.serve")];
      fast.forEach(({ server }, n) => {
        rows.push(rowOf(server.name, { sockets, rate }, measured[n]!, n === 0 ? bare : undefined));
      });
    }
  }
  return {
    title: "Chat: fan-out of one room",
    target:
      "5 000 × 50 and × 200 lines/s: p99 ≤ 1.2 × bare at ≤ 0.35 × its processor time; × 600 p99 ≤ 250 ms; 10 000 × 200 p99 ≤ 1.3 ×; nothing refused or lost; ≤ 3 KB a socket",
    method: `one edge (its processor time and memory; stores and actor node beside it), ${SPEAKERS} speakers, the same raw sockets in ${PROCESSES} processes on the same machine for every server, one server after the other at each rate, ${seconds} s each after ${WARM_UP_MS / 1_000} s; every entry audited at every socket; KB a socket against the empty server, after the rate`,
    header: [
      ...["server", "sockets × lines/s", "p50 / p95 / p99 ms", "max", "answer p99", "cores", "lines/s read"],
      ...["refused", "lost", "KB a socket", "p99 and cores of bare"],
    ],
    rows,
  };
}

const NAMES: Record<string, BaselineName> = { bun: "bare Bun.serve", ws: "ws (Node)", "socket.io": "socket.io (Node)" };

function baselinesOf({ beside }: BenchOptions, lines: readonly number[]): BaselineName[] {
  const asked = (beside ?? Object.keys(NAMES).join(",")).split(",");
  const names = asked.flatMap((name) => NAMES[name] ?? []);
  return names.filter((name) => !name.includes("Node") || lines.includes(SLOW_RATE));
}

/** Memory once everything is compiled that a join needs: it is no memory of sockets. */
async function warmedUpBytes(server: ChatServer): Promise<number> {
  const crowd = await gather(server, SPEAKERS + 200);
  await crowd.isIn(30_000).finally(() => crowd.leave());
  await Bun.sleep(1_000);
  return server.residentBytes();
}

function gather({ urls, channel, tokens, dialect }: ChatServer, sockets: number): Promise<Crowd> {
  const listeners = sockets - tokens.length;
  const overMs = (sockets / JOINS_PER_S) * 1_000;
  return Crowd.gather({ urls, channel, tokens, dialect, listeners, overMs, processes: PROCESSES });
}

async function measure({ server, crowd, emptyBytes }: Side, sockets: number, rate: number, seconds: number) {
  await crowd.say(rate);
  await Bun.sleep(WARM_UP_MS);
  const before = await crowd.report();
  const fromMs = nowMs();
  await crowd.measure(fromMs, fromMs + seconds * 1_000);
  const cpuBefore = await server.cpuMicros();
  await Bun.sleep(seconds * 1_000);
  const cores = ((await server.cpuMicros()) - cpuBefore) / 1_000 / (nowMs() - fromMs);
  const bytes = server.residentBytes() - emptyBytes;
  await crowd.settle(SETTLED_WITHIN_MS);
  const report = await crowd.report();
  const latencies = new Latencies();
  latencies.merge(report.latencies);
  const refused = (of: typeof report) => Object.values(of.refused).reduce((sum, count) => sum + count, of.skipped);
  const measured: Measured = {
    p50: latencies.quantile(0.5),
    p95: latencies.quantile(0.95),
    p99: latencies.quantile(0.99),
    max: latencies.max,
    answerP99: quantile(report.answersMs, 0.99),
    cores,
    delivered: latencies.total / seconds,
    refused: refused(report) - refused(before),
    lost: report.lost + report.doubled + report.mixedUp - before.lost - before.doubled - before.mixedUp,
    kbPerSocket: bytes / 1024 / sockets,
  };
  console.log(server.name, sockets, rate, JSON.stringify(measured));
  return measured;
}

function rowOf(
  name: string,
  { sockets, rate }: { sockets: number; rate: number },
  of: Measured,
  bare: Measured | undefined,
): string[] {
  return [
    name,
    `${sockets} × ${rate}`,
    `${of.p50} / ${of.p95} / ${of.p99}`,
    String(of.max),
    of.answerP99.toFixed(0),
    of.cores.toFixed(2),
    of.delivered.toFixed(0),
    String(of.refused),
    String(of.lost),
    of.kbPerSocket.toFixed(1),
    bare ? `${(of.p99 / bare.p99).toFixed(2)} ×, ${(of.cores / bare.cores).toFixed(2)} ×` : "",
  ];
}
