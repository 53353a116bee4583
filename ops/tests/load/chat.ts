// `chat`: a crowd in one room, with many speakers, each socket audited.

import { Crowd } from "#ops/tests/support/crowd/crowd.ts";
import type { CrowdReport } from "#ops/tests/support/crowd/crowd-process.ts";
import { Latencies } from "#ops/tests/support/crowd/latencies.ts";
import { nowMs } from "#ops/tests/support/crowd/line-body.ts";
import { Tally } from "#ops/tests/support/hls/check.ts";
import { quantile } from "#ops/tests/support/quantiles.ts";
import { type Edge, EdgeWatch } from "./balanced-edges.ts";
import type { LoadReport } from "./report.ts";

interface ChatLoadOptions {
  /** URLs of the edges, without a trailing slash. */
  urls: string[];
  /** Login or id. */
  channel: string;
  /** Sockets in all, those of the speakers too. */
  sockets: number;
  /** Access tokens. */
  tokens: string[];
  linesPerS: number;
  seconds: number;
  processes: number;
  /** The edges behind the URLs. */
  edges: readonly Edge[];
}

const JOINS_PER_S = 500;
const IN_WITHIN_MS = 120_000;
/** Lines that are said before anything is measured. */
const WARM_UP_MS = 3_000;
const SETTLED_WITHIN_MS = 15_000;

const checks = {
  lost: { name: "every entry came to every socket, in order", section: "4" },
  doubled: { name: "no entry came twice", section: "4" },
  mixedUp: { name: "a seq means the same to everybody, and a speaker's lines keep their order", section: "4" },
  unresumed: { name: "who came back got exactly what was missed", section: "4" },
  refused: { name: "no line was refused, or left unsaid", section: "4" },
  joined: { name: "every socket was let in at its first try", section: "4" },
} as const;

export async function loadChat(options: ChatLoadOptions): Promise<LoadReport> {
  const { urls, channel, sockets, tokens, linesPerS, seconds, processes, edges } = options;
  const watch = new EdgeWatch(edges);
  const crowd = await Crowd.gather({
    ...{ urls, channel, tokens, processes, dialect: "plain" },
    listeners: Math.max(0, sockets - tokens.length),
    overMs: (sockets / JOINS_PER_S) * 1_000,
  });
  try {
    await crowd.isIn(IN_WITHIN_MS);
    await crowd.say(linesPerS);
    await Bun.sleep(WARM_UP_MS);
    const fromMs = nowMs();
    const before = await crowd.report();
    watch.start();
    await crowd.measure(fromMs, fromMs + seconds * 1_000);
    await Bun.sleep(seconds * 1_000);
    const perEdge = await watch.rows();
    await crowd.settle(SETTLED_WITHIN_MS);
    const report = await crowd.report();
    const count = edges.length || urls.length;
    return {
      title: `${crowd.size} sockets, ${linesPerS} lines/s, ${count} ${count === 1 ? "edge" : "edges"}`,
      rows: [...rowsOf(report, { before, seconds, tookS: (nowMs() - fromMs) / 1_000 }), ...perEdge],
      tally: tallyOf(report),
      latencies: histogramOf(report).counts,
    };
  } finally {
    await crowd.leave();
  }
}

function histogramOf(report: CrowdReport): Latencies {
  const latencies = new Latencies();
  latencies.merge(report.latencies);
  return latencies;
}

function rowsOf(
  report: CrowdReport,
  { before, seconds, tookS }: { before: CrowdReport; seconds: number; tookS: number },
): [string, string][] {
  const latencies = histogramOf(report);
  const ms = (value: number) => `${Math.round(value)} ms`;
  const answers = (share: number) => ms(quantile(report.answersMs, share));
  return [
    ["from saying to reading, p50", ms(latencies.quantile(0.5))],
    ["… p95", ms(latencies.quantile(0.95))],
    ["… p99", ms(latencies.quantile(0.99))],
    ["… max", ms(latencies.max)],
    ["from saying to the acknowledgement, p50 / p99", `${answers(0.5)} / ${answers(0.99)}`],
    ["lines acknowledged", String(report.acknowledged.length)],
    ["lines read over all sockets", `${(latencies.total / seconds).toFixed(0)}/s`],
    ["joins, p50 / p99", `${ms(quantile(report.joinsMs, 0.5))} / ${ms(quantile(report.joinsMs, 0.99))}`],
    ["closed sockets, by code", words(report.closes)],
    ["these processes", `${((report.cpuMicros - before.cpuMicros) / 1e4 / tookS).toFixed(0)} % of a core`],
  ];
}

function tallyOf(report: CrowdReport): Tally {
  const tally = new Tally(Object.values(checks));
  const note = (check: keyof typeof checks, count: number, text: string) =>
    tally.note(checks[check], count > 0 ? [text] : []);
  note("lost", report.lost, `${report.lost} missing, over all sockets`);
  note("doubled", report.doubled, `${report.doubled} came again`);
  note("mixedUp", report.mixedUp, `${report.mixedUp} lines`);
  note("unresumed", report.unresumed, `${report.unresumed} of ${report.returnsMs.length} had to start again`);
  const refused = Object.values(report.refused).reduce((sum, count) => sum + count, report.skipped);
  note("refused", refused, `${words(report.refused)}; ${report.skipped} left unsaid`);
  const failures = Object.values(report.failures).reduce((sum, count) => sum + count, 0);
  note("joined", failures, words(report.failures));
  return tally;
}

const words = (counts: Record<string, number>) =>
  Object.entries(counts)
    .map(([key, count]) => `${key}: ${count}`)
    .join(", ") || "none";
