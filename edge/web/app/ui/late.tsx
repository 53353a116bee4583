// Words that come when loading takes long, in a place that is there from the start.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { after } from "../clock.ts";

const LATE_MS = 5_000;

export function Late({ children }: { children: ComponentChildren }) {
  const isLate = useSignal(false);
  useEffect(
    () =>
      after(LATE_MS, () => {
        isLate.value = true;
      }),
    [isLate],
  );
  return (
    <p class="muted late-words" role="status">
      {isLate.value ? children : null}
    </p>
  );
}
