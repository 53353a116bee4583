// Prometheus metrics of one process. Some of prom-client's defaults are wrong under Bun, so correct ones are defined here.

import client from "prom-client";
import { loopDelay } from "./loop-delay.ts";

export const { Counter, Gauge, Histogram } = client;

const register = client.register;

/** Metrics of the process itself: CPU, memory, file descriptors, lag of the event loop. */
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
    name: "event_loop_delay_max_seconds",
    help: "Longest delay of the event loop since the last scrape",
    collect() {
      this.set(loopDelay.take() / 1_000);
    },
  });
}

/** The text of `/metrics`. */
export async function metricsResponse(): Promise<Response> {
  return new Response(await register.metrics(), { headers: { "content-type": register.contentType } });
}
