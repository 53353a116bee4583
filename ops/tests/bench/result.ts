// The result of a benchmark and its printed form: machine, numbers, baseline, ratio.

import { cpus, totalmem } from "node:os";

export interface BenchResult {
  title: string;
  /** Target from the design's table. */
  target: string;
  /** The measurement in one sentence. */
  method: string;
  header: string[];
  rows: string[][];
}

/** What a run may be asked for; only `glass`, `chat` and `fanout` have options. */
export interface BenchOptions {
  /** How long each player is watched, and each rate of lines. */
  seconds?: string;
  /** `0`: only the source; `1`: only the source with one rung. Default: both. */
  rungs?: string;
  /** B-frames of the encoder. Default 0. */
  bframes?: string;
  /** Also over a link of 5 Mbit/s with delay and pauses. Needs root. */
  link?: boolean;
  /** Of the chat's room. */
  sockets?: string;
  /** Lines a second in the chat's room, with commas. */
  lines?: string;
  /** Baselines of the chat, with commas: `bun`, `ws`, `socket.io`. */
  beside?: string;
}

export function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

export function machine(): string {
  const cores = cpus();
  const memoryGb = (totalmem() / 1024 ** 3).toFixed(0);
  return `${cores.length} × ${cores[0]?.model.trim() ?? "unknown"}, ${memoryGb} GB, ${process.platform} ${process.arch}, Bun ${Bun.version}`;
}

/** A section of Markdown. */
export function markdown({ title, target, method, header, rows }: BenchResult): string {
  // Columns of equal width, as the repository's formatter writes them.
  const widths = header.map((cell, i) => Math.max(cell.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  const table = [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
  return [`## ${title}`, "", `Target: ${target}`, "", `Method: ${method}.`, "", ...table].join("\n");
}
