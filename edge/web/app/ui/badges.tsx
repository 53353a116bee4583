// Small signs shared by cards and the watch page.

import { nowMs, uptimeText } from "./ticker.ts";

export const LiveBadge = ({ lost = false }: { lost?: boolean }) => (
  <span class={lost ? "badge badge-lost" : "badge badge-live"}>{lost ? "WAITING" : "LIVE"}</span>
);

/** Not a live region: nobody wants to hear each second. */
export const Uptime = ({ startedAt }: { startedAt: string }) => (
  <span class="uptime" title={`Live since ${new Date(startedAt).toLocaleTimeString()}`}>
    {uptimeText(nowMs.value - Date.parse(startedAt))}
  </span>
);
