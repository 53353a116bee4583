// Metrics of the process that makes backups. Their alerts are in alerts.yml.

import { Counter, Gauge } from "#runtime/base/metrics.ts";

export const lastSuccess = new Gauge({
  name: "backup_last_success_timestamp_seconds",
  help: "When the newest base backup was complete; 0: there is none",
});
export const lastVerified = new Gauge({
  name: "backup_last_verified_timestamp_seconds",
  help: "When a backup was last restored into a scratch folder and compared, with whatever outcome; 0: never",
});
export const checkFaults = new Gauge({
  name: "backup_check_faults",
  help: "What the last verification found to differ",
});
export const failures = new Counter({
  name: "backup_failures_total",
  help: "Base backups and verifications that did not come to an end, by reason",
  labelNames: ["what", "code"] as const,
});
export const baseBytes = new Gauge({
  name: "backup_base_bytes",
  help: "Stored bytes of the newest base backup",
});
export const holes = new Gauge({
  name: "backup_log_dropped",
  help: "1 while log is missing that was dropped because the store was away for too long: until the next base backup",
});

interface LogSource {
  ageMs(): number;
  waitingBytes(): number;
}

/** Measured when somebody asks. */
export function measureLog({ ageMs, waitingBytes }: LogSource) {
  new Gauge({
    name: "backup_log_age_seconds",
    help: "Age of the newest log in the store: the work that the loss of this machine would cost now",
    collect() {
      this.set(ageMs() / 1_000);
    },
  });
  new Gauge({
    name: "backup_log_waiting_bytes",
    help: "Log that waits on this machine for the store",
    collect() {
      this.set(waitingBytes());
    },
  });
}
