// Dates and durations as text for people.

import { wallMs } from "../clock.ts";
import { once } from "./once.ts";

const relative = once(() => new Intl.RelativeTimeFormat("en", { numeric: "auto" }));
const UNITS = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;
const RELATIVE_MS_MAX = 30 * 86_400_000;

/** `2 hours ago`, `in 3 days`, `just now`; a date when it is more than a month away. */
export function whenText(at: string, nowMs = wallMs()): string {
  const ms = Date.parse(at) - nowMs;
  if (Math.abs(ms) > RELATIVE_MS_MAX) return dateText(at);
  for (const [unit, length] of UNITS)
    if (Math.abs(ms) >= length) return relative().format(Math.trunc(ms / length), unit);
  return "just now";
}

/** `7 days`, `1 hour`, `under a minute`: a duration, rounded down. */
export function durationText(ms: number): string {
  for (const [unit, length] of UNITS) {
    const count = Math.floor(ms / length);
    if (count > 0) return `${count} ${unit}${count === 1 ? "" : "s"}`;
  }
  return "under a minute";
}

/** `2 h 14 min`, `14 min`, `under a minute`: how long something goes on, rounded down. */
export function spanText(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "under a minute";
  const hours = Math.floor(minutes / 60);
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min`;
}

export const dateText = (at: string) => new Date(at).toLocaleDateString("en", { dateStyle: "medium" });
export const momentText = (at: string) =>
  new Date(at).toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
