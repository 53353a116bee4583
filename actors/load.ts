// The load of this node in slots: its channels and encoders, and other work that keeps the machine's cores busy.

import { availableParallelism, loadavg } from "node:os";

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
