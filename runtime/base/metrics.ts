// Prometheus metrics of one process. Some of prom-client's defaults are wrong under Bun, so correct ones are defined here.

import { readdirSync, readFileSync } from "node:fs";
import client from "prom-client";
import { loopDelay } from "./loop-delay.ts";

export const { Counter, Gauge, Histogram } = client;

const register = client.register;

/** A counter that appears with its first event has not grown, as Prometheus sees it: those that alerts are about begin with 0. */
export function beginAt0<Label extends string>(
  counter: client.Counter<Label>,
  label: Label,
  values: readonly string[],
) {
  for (const value of values) counter.inc({ [label]: value } as Record<Label, string>, 0);
}

/** Metrics of the process itself: CPU, memory, file descriptors, stalls of the event loop. */
export function collectProcessMetrics() {
  new Gauge({
    name: "process_cpu_seconds_total",
    help: "CPU time used by this process, without its children",
    collect() {
      const { user, system } = process.cpuUsage();
      this.set((user + system) / 1e6);
    },
  });
  new Gauge({
    name: "process_resident_memory_bytes",
    help: "Resident memory",
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  new Gauge({
    name: "process_heap_bytes",
    help: "Memory of JavaScript objects, and of buffers they own, before the next collection",
    collect() {
      this.set(process.memoryUsage().heapUsed);
    },
  });
  new Gauge({
    name: "process_start_time_seconds",
    help: "Start of the process, seconds since 1970",
  }).set(Math.round((Date.now() - performance.now()) / 1_000));
  new Gauge({
    name: "process_open_fds",
    help: "Open file descriptors, sockets included; only on Linux",
    collect() {
      const count = openDescriptors();
      if (count !== null) this.set(count);
    },
  });
  new Gauge({ name: "process_max_fds", help: "File descriptors that the process may open; only on Linux" }).set(
    descriptorLimit() ?? 0,
  );
  new Gauge({
    name: "event_loop_delay_max_seconds",
    help: "Longest stall of the event loop in the last 15 to 30 s",
    collect() {
      this.set(loopDelay.maxMs() / 1_000);
    },
  });
  new Gauge({
    name: "event_loop_stalled_seconds_total",
    help: "Time that the event loop stood still, in stalls of 50 ms and more",
    collect() {
      this.set(loopDelay.stalledMs / 1_000);
    },
  });
}

/** The text of `/metrics`. */
export async function metricsResponse(): Promise<Response> {
  return new Response(await register.metrics(), { headers: { "content-type": register.contentType } });
}

function openDescriptors(): number | null {
  try {
    return readdirSync("/proc/self/fd").length - 1; // One of them is the list itself.
  } catch {
    return null;
  }
}

function descriptorLimit(): number | null {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return soft === undefined ? null : Number(soft);
  } catch {
    return null;
  }
}
