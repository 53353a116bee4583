// Metrics of running actors.

import { Histogram } from "../base/metrics.ts";

export const alarmLateSeconds = new Histogram({
  name: "actor_alarm_late_seconds",
  help: "Delay of an actor's timers, including time without an owner",
  buckets: [0.05, 0.25, 1, 2.5, 5, 10, 30, 60],
});
