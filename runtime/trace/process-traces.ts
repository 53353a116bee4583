// The traces of one process: its exporter, and the comment by which PostgreSQL shows them.

import type { Clock } from "../base/clock.ts";
import type { Log } from "../base/log.ts";
import type { Random } from "../base/random.ts";
import { currentTrace, traceparentOf } from "../base/trace.ts";
import { OtlpExporter } from "./otlp.ts";
import { exportSpans, Tracing } from "./spans.ts";

interface ProcessTracesOptions {
  /** Null: nothing is exported. */
  settings: { endpoint: string; headers: Record<string, string>; share: number } | null;
  clock: Clock;
  random: Random;
  log: Log;
  service: "edge" | "actor";
  /** Of the process. */
  name: string;
}

/** To be called once in a process, before its first request. `stop` sends what is held. */
export function startTraces(options: ProcessTracesOptions): { stop(): Promise<void> } {
  const { settings, clock, random, log, service, name } = options;
  if (!settings) return { stop: async () => {} };
  const { endpoint, headers, share } = settings;
  const resource = {
    "service.namespace": "twitchclone",
    "service.name": service,
    "service.instance.id": name,
    "process.pid": process.pid,
  };
  const sink = new OtlpExporter({ clock, log, endpoint, headers, resource });
  exportSpans(new Tracing({ clock, random, sink, share }));
  return { stop: () => sink.stop() };
}

/** As sqlcommenter writes it. Only in traces that are exported: a statement with a comment is not prepared. */
export function statementComment(): string | null {
  const trace = currentTrace();
  return trace?.sampled ? `traceparent='${traceparentOf(trace)}'` : null;
}
