// Metrics of the database, as this process meets it, and of saved actor states.

import { Counter, Histogram } from "../base/metrics.ts";

export const fencedSaves = new Counter({
  name: "actor_fenced_saves_total",
  help: "Saves of a state that the store refused because another node owns the actor now",
});

/** Of all statements of the process, pipelined ones once: to be passed to connectDatabase. */
export const databaseAnswerSeconds = new Histogram({
  name: "database_answer_seconds",
  help: "Time from a statement of this process until the database's answer began; not for connections with TLS",
  buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});
