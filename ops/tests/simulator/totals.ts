// Counts what a batch of runs exercised: a fault that never happened proves nothing.

import { metricsResponse } from "#runtime/base/metrics.ts";
import type { Outcome } from "./run.ts";

/** Counted by the host's own metric, over the whole process. */
const HELD = "messages held at the gate";

/** Each of these must happen in a batch of 500 seeds or more. */
const EXPECTED = [
  "takeovers",
  "fenced saves",
  "fenced inserts",
  "unknown commits",
  "claims that lost",
  HELD,
  "statements terminated",
  "statements that stood still inside",
  "statements that waited for a lock",
  "messages lost",
  "messages doubled",
  "messages late",
  "kills",
  "pauses",
  "stalls",
  "orderly leaves",
  "encoders cut off",
  "encoder jumps",
  "encoder stands",
  "encoder sends a picture from the future",
  "encoder dates sound elsewhere",
  "encoder has late or no sound",
  "encoder is too slow or too fast",
  "encoder turns its picture",
  "pulls cut",
  "restarts of nginx",
  "calls answered",
  "lines acknowledged",
  "lines held",
  "held lines allowed",
  "held lines denied",
  "held lines that expired",
  "decisions that came too late",
  "votes acknowledged",
  "polls that ended",
  "segments seen",
  "said: actor asleep",
  "said: actor was taken over",
  "said: node is dead",
  "said: store is away",
  "said: cut off: stopping what runs",
  "drill: taken over",
] as const;

export class Totals {
  readonly stats: Record<string, number> = {};
  readonly highest: Record<string, number> = {};
  seeds = 0;
  steps = 0;
  simulatedMs = 0;
  readonly #startedMs = performance.now();

  add({ stats, highest, steps, simulatedMs }: Outcome) {
    this.seeds++;
    this.steps += steps;
    this.simulatedMs += simulatedMs;
    for (const [what, count] of Object.entries(stats)) this.stats[what] = (this.stats[what] ?? 0) + count;
    for (const [what, value] of Object.entries(highest)) this.highest[what] = Math.max(this.highest[what] ?? 0, value);
  }

  async addHeld() {
    const metrics = await (await metricsResponse()).text();
    this.stats[HELD] = Number(/^actor_messages_held_total (\d+)/m.exec(metrics)?.[1] ?? 0);
  }

  text(): string {
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const lines = Object.entries({ ...this.stats, ...this.highest })
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([what, count]) => `  ${String(count).padStart(9)}  ${what}`);
    const simulated = Math.round(this.simulatedMs / 1000);
    return [
      ...lines,
      `${this.seeds} seeds in ${seconds.toFixed(1)} s (${((seconds * 1000) / this.seeds).toFixed(1)} ms each): ${simulated} simulated seconds, ${this.steps} events`,
    ].join("\n");
  }
}

export const missing = (totals: Totals): string[] => EXPECTED.filter((what) => !totals.stats[what]);
