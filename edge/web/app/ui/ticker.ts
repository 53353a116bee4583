// The passing of time on the page: one ticker for all uptimes, and countdowns.

import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { every, wallMs } from "../clock.ts";
import { once } from "./once.ts";

/** Wall time in ms, updated each second while the page is visible. */
export const nowMs = signal(wallMs());
// Tests load the pages where there is no document.
every(1_000, () => {
  if (globalThis.document?.visibilityState === "visible") nowMs.value = wallMs();
});

/** Milliseconds until `untilMs`, updated each 250 ms; 0 when the time is over or null. */
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

/** A remaining wait: `42 s`, above 90 s `4:05`. Rounded up, so that it is never 0 before the end. */
export const countdownText = (ms: number) => (ms > 90_000 ? uptimeText(ms + 999) : `${Math.ceil(ms / 1000)} s`);

const compact = once(() => new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 }));

const whole = once(() => new Intl.NumberFormat("en"));

/** `12`, `1,204`, from 10 000 on `18.2K`. */
export const countText = (count: number) =>
  count < 1_000 ? `${count}` : (count < 10_000 ? whole() : compact()).format(count);
/** `1 viewer`, `12 viewers`, `3.4K viewers`. */
export const viewersText = (count: number) => `${countText(count)} ${count === 1 ? "viewer" : "viewers"}`;
