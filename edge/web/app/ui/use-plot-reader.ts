// Reading the points of a plot, one after the other by arrow keys, or where the pointer is.

import { useSignal } from "@preact/signals";
import type { PlotSpan } from "./plot-shape.ts";

export interface PlotReader {
  /** The time that is read; null: none. */
  atMs: number | null;
  /** Else by the pointer, which no screen reader follows. */
  byKeys: boolean;
  /** For the plot's picture. */
  props: {
    onKeyDown(event: KeyboardEvent): void;
    onBlur(): void;
    onPointerMove(event: PointerEvent): void;
    onPointerLeave(): void;
  };
}

/** `times`: of the points, oldest first. The first arrow to the left reads the newest one. */
export function usePlotReader(times: readonly number[], { fromMs, toMs }: PlotSpan): PlotReader {
  const reading = useSignal<{ atMs: number; byKeys: boolean } | null>(null);
  const stop = () => {
    reading.value = null;
  };
  const read = (atMs: number | undefined, byKeys: boolean) => {
    if (atMs !== undefined) reading.value = { atMs, byKeys };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const at = reading.value ? times.indexOf(nearest(times, reading.value.atMs)!) : times.length;
    if (event.key === "ArrowLeft") read(times[Math.max(0, at - 1)], true);
    else if (event.key === "ArrowRight") read(times[Math.min(times.length - 1, at + 1)], true);
    else if (event.key === "Home") read(times[0], true);
    else if (event.key === "End") read(times.at(-1), true);
    else if (event.key === "Escape" && reading.value) stop();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const onPointerMove = (event: PointerEvent) => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    read(nearest(times, fromMs + ((event.clientX - left) / width) * (toMs - fromMs)), false);
  };
  const { atMs = null, byKeys = false } = reading.value ?? {};
  // New points come while one reads, and old ones go.
  const shown = atMs === null ? null : (nearest(times, atMs) ?? null);
  return { atMs: shown, byKeys, props: { onKeyDown, onBlur: stop, onPointerMove, onPointerLeave: stop } };
}

/** Undefined without times. */
export function nearest(times: readonly number[], atMs: number): number | undefined {
  let found: number | undefined;
  for (const time of times) if (found === undefined || Math.abs(time - atMs) < Math.abs(found - atMs)) found = time;
  return found;
}
