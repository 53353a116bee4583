// The load of this node in slots: its channels and encoders, and other work that keeps the machine's cores busy.

import { availableParallelism, loadavg } from "node:os";
import { Gauge } from "#runtime/base/metrics.ts";

/** By these an autoscaler adds and removes nodes (ops/k8s). */
export const slotGauges = {
  all: new Gauge({ name: "actor_slots", help: "Channels that this node may have on air" }),
  used: new Gauge({
    name: "actor_slots_used",
    help: "Channels on air, or the used share of the encoders in slots, whichever is more; a busy machine counts as used",
  }),
};

/** A busy machine gets less work, but only channels make it full. */
const BUSY_SHARE_MAX = 0.9;

/** `taken`: by channels and their encoders, see slotsInUse. */
export function usedSlots(
  { taken, slots }: { taken: number; slots: number },
  load = (loadavg()[0] ?? 0) / availableParallelism(),
): number {
  const free = Math.max(0, slots - taken);
  const busy = Math.floor(free * Math.min(BUSY_SHARE_MAX, Math.max(0, load - 1) / 2));
  return taken + busy;
}
