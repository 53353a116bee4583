// Metrics of the hooks of nginx-rtmp.

import { Counter, Histogram } from "#runtime/base/metrics.ts";

export const hooks = new Counter({
  name: "rtmp_hooks_total",
  help: "Hooks of nginx-rtmp by call and outcome",
  labelNames: ["call", "outcome"],
});

/** Failures of this edge, after which nginx asks the next one. Refusals, which are the encoder's fault, are not counted. */
export const failures = new Counter({
  name: "rtmp_hook_failures_total",
  help: "Hooks that this edge could not decide or deliver, by call and code",
  labelNames: ["call", "code"],
});

export const durations = new Histogram({
  name: "rtmp_hook_duration_seconds",
  help: "Time until a hook was answered, by call; nginx gives up a publish after 4 s, others after 2 s",
  labelNames: ["call"],
  buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 2, 3, 4],
});
