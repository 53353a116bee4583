// A line that is removed keeps its height, so that the lines around it stay in their place.

import { effect, type ReadonlySignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ShownLine } from "./entries.ts";

/** Heights in px by a line's id; 0: it was removed before it was shown. All that were removed are measured together, before any of them is drawn anew. */
export function useRemovedHeights(
  box: RefObject<HTMLElement | null>,
  shown: ReadonlySignal<readonly ShownLine[]>,
): ReadonlyMap<string, number> {
  const heights = useRef<ReadonlyMap<string, number>>(new Map());
  // Not `useSignalEffect`, which waits until after the rendering.
  useEffect(
    () =>
      effect(() => {
        const removed = shown.value.filter(({ deleted }) => deleted);
        if (removed.length === 0 && heights.current.size === 0) return;
        const known = heights.current;
        heights.current = new Map(
          removed.map(({ id }) => {
            const selector = `[data-id="${id}"]:not(.line-removed)`;
            return [id, known.get(id) ?? box.current?.querySelector<HTMLElement>(selector)?.offsetHeight ?? 0];
          }),
        );
      }),
    [box, shown],
  );
  return heights.current;
}
