// Metrics of chat.

import { beginAt0, Counter, Gauge, Histogram } from "#runtime/base/metrics.ts";

export const socketsGauge = new Gauge({ name: "chat_sockets", help: "Open chat sockets" });
export const roomsGauge = new Gauge({ name: "chat_rooms", help: "Rooms that this edge watches" });
export const says = new Counter({
  name: "chat_says_total",
  help: "Lines that viewers sent, by outcome: `said` or the code of the refusal",
  labelNames: ["outcome"],
});
beginAt0(says, "outcome", ["said", "unavailable"]);
const saySeconds = new Histogram({
  name: "chat_say_seconds",
  help: "Time from a line that the room was asked to take until its answer: said, refused by a rule, or failed",
  labelNames: ["outcome"],
  buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
});
export const sayObservers = {
  said: saySeconds.labels({ outcome: "said" }),
  refused: saySeconds.labels({ outcome: "refused" }),
  failed: saySeconds.labels({ outcome: "failed" }),
};
export const fannedOut = new Counter({
  name: "chat_entries_fanned_out_total",
  help: "Entries times the sockets of their room",
});
export const writes = new Counter({
  name: "chat_writes_total",
  help: "Frames of entries written to sockets in rounds",
});
export const closes = new Counter({
  name: "chat_closes_total",
  help: "Sockets that this edge closed, by close code",
  labelNames: ["code"],
});
export const welcomes = new Counter({
  name: "chat_welcomes_total",
  help: "Sockets that were let into a room; resumed: they had been there and got what they had missed",
  labelNames: ["resumed"],
});
export const resyncs = new Counter({
  name: "chat_resyncs_total",
  help: "Times a room asked its owner for entries that had not come by themselves",
});
export const joinRefusals = new Counter({
  name: "chat_join_refusals_total",
  help: "Sockets refused before the upgrade, by code",
  labelNames: ["code"],
});
