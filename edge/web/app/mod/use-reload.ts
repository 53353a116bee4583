// What shows acts of moderators is loaded again after each: here, or of others.

import { useEffect, useRef } from "preact/hooks";
import { after } from "../clock.ts";
import type { Desk } from "./desk.ts";

/** Several acts come together; and the log has them a moment after the room. */
const DELAY_MS = 400;

/** Also when the connection is back. */
export function useReload(desk: Desk, reload: () => unknown) {
  const latest = useRef(reload);
  latest.current = reload;
  const isFirst = useRef(true);
  const count = desk.room.actCount.value + desk.doneCount.value;
  const canAct = desk.canAct.value;
  useEffect(() => {
    const wasFirst = isFirst.current;
    isFirst.current = false;
    if (wasFirst || !canAct) return;
    return after(DELAY_MS, () => void latest.current());
  }, [count, canAct]);
}
