// Time that passes on the page: one ticker for all that show uptimes, and countdowns.

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { every, wallMs } from "../clock.ts";

/** The page's clock, at each full second. */
export const nowMs = signal(wallMs());
// Tests load the pages where there is no document.
every(1_000, () => {
  if (globalThis.document?.visibilityState === "visible") nowMs.value = wallMs();
});

/** Milliseconds until `untilMs`, renewed each 250 ms; 0 when it is over or null. */
export function useTicker(untilMs: number | null): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    if (untilMs === null) {
      setLeft(0);
      return;
    }
    const look = () => {
      const ms = Math.max(0, untilMs - wallMs());
      setLeft(ms);
      if (ms === 0) end();
    };
    const end = every(250, look);
    look();
    return end;
  }, [untilMs]);
  return left;
}

/** `0:42`, `12:07`, `3:12:07`. */
export function uptimeText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (value: number) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** What is left of a wait: `42 s`, from a minute and a half on `4:05`. Rounded up: never nothing while one still has to wait. */
export const countdownText = (ms: number) => (ms > 90_000 ? uptimeText(ms + 999) : `${Math.ceil(ms / 1000)} s`);

/** `1 viewer`, `12 viewers`, `3.4K viewers`. */
export const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
export const viewersText = (count: number) => `${compact.format(count)} ${count === 1 ? "viewer" : "viewers"}`;
