// Badges shared by cards and the watch page: live, and uptime.

import { serverMs } from "../server-clock.ts";
import { nowMs, uptimeText } from "./ticker.ts";

export const LiveBadge = ({ lost = false }: { lost?: boolean }) => (
  <span class={lost ? "badge badge-lost" : "badge badge-live"}>{lost ? "WAITING" : "LIVE"}</span>
);

/** Not a live region: a screen reader would read out every second. */
export const Uptime = ({ startedAt }: { startedAt: string }) => (
  <span class="uptime" title={`Live since ${new Date(startedAt).toLocaleTimeString()}`}>
    {uptimeText(serverMs(nowMs.value) - Date.parse(startedAt))}
  </span>
);
