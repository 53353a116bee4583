// Metrics of saved actor states.

import { Counter } from "../base/metrics.ts";

export const fencedSaves = new Counter({
  name: "actor_fenced_saves_total",
  help: "Saves of a state that the store refused because another node owns the actor now",
});
