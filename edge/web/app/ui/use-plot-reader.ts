// Reading the points of a plot, one after the other by arrow keys, or where the pointer is.

import { type Signal, useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { PlotSpan } from "./plot-shape.ts";

/** What is read now. */
export interface PlotReading {
  atMs: number;
  byKeys: boolean;
  /** Of the plot that has the focus, or the pointer. */
  plot: string;
}

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

/** `times`: of the points, oldest first. The first arrow to the left reads the newest one. `shared`: plots with the same one show the time that
 *  any of them reads; only that one speaks. */
export function usePlotReader(
  times: readonly number[],
  { fromMs, toMs }: PlotSpan,
  shared?: Signal<PlotReading | null>,
): PlotReader {
  const own = useSignal<PlotReading | null>(null);
  const plot = useId();
  const reading = shared ?? own;
  const stop = () => {
    reading.value = null;
  };
  const read = (atMs: number | undefined, byKeys: boolean) => {
    if (atMs !== undefined) reading.value = { atMs, byKeys, plot };
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
  const { atMs = null, byKeys = false, plot: readBy } = reading.value ?? {};
  // New points come while one reads, and old ones go.
  const shown = atMs === null ? null : (nearest(times, atMs) ?? null);
  return {
    atMs: shown,
    byKeys: byKeys && readBy === plot,
    props: { onKeyDown, onBlur: stop, onPointerMove, onPointerLeave: stop },
  };
}

/** Undefined without times. */
export function nearest(times: readonly number[], atMs: number): number | undefined {
  let found: number | undefined;
  for (const time of times) if (found === undefined || Math.abs(time - atMs) < Math.abs(found - atMs)) found = time;
  return found;
}
