// How busy the room is.

import type { Room } from "../chat/room.ts";
import { serverMs } from "../server-clock.ts";
import { nowMs } from "../ui/ticker.ts";

const MINUTE_MS = 60_000;

/** Lines of the last minute, as far as they are in the list. */
export function linesAMinute({ entries }: Pick<Room, "entries">): number {
  const sinceMs = serverMs(nowMs.value) - MINUTE_MS;
  const { lines } = entries.value;
  const before = lines.findLastIndex(({ at }) => Date.parse(at) < sinceMs);
  return lines.length - 1 - before;
}
