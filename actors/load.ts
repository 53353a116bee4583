// The load of this node in slots: its FFmpeg processes, and other work that keeps the machine's cores busy.

import { availableParallelism, loadavg } from "node:os";

/** A busy machine gets less work, but only FFmpeg processes make it full. */
const BUSY_SHARE_MAX = 0.9;

export function usedSlots(
  { transcoders, slots }: { transcoders: number; slots: number },
  load = (loadavg()[0] ?? 0) / availableParallelism(),
): number {
  const free = Math.max(0, slots - transcoders);
  const busy = Math.floor(free * Math.min(BUSY_SHARE_MAX, Math.max(0, load - 1) / 2));
  return transcoders + busy;
}
