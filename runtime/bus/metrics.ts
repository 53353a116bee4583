// Metrics of the link to NATS.

import { Counter, Gauge } from "../base/metrics.ts";

export const linkUp = new Gauge({ name: "nats_link_up", help: "1 while this process is connected to NATS" });

export const linkLosses = new Counter({
  name: "nats_link_losses_total",
  help: "Times that the connection to NATS was lost",
});
