// Live media: packagers, edges and players.

import { type Dashboard, lines, quantiles } from "./panels.ts";

export const media: Dashboard = {
  uid: "media",
  title: "Media",
  about: "From parts in memory to pictures at viewers.",
  rows: [
    [
      "Players",
      [
        lines({
          ...{ title: "Delay", about: "Behind the live edge.", unit: "s" },
          queries: quantiles("player_latency_seconds", [0.5, 0.95, 0.99]),
        }),
        lines({
          ...{ title: "Stalls per player and minute", about: "Over 0.5 many viewers notice.", unit: "none" },
          queries: "job:player_stalls:per_player_minute",
          limits: [0.2, 0.5],
        }),
        lines({
          ...{ title: "Time stood still", about: "Seconds a second, over all players.", unit: "none" },
          queries: "sum(rate(player_stalled_seconds_total[5m]))",
        }),
      ],
    ],
    [
      "Edges",
      [
        lines({
          ...{ title: "Requests", about: "By kind of thing.", unit: "reqps" },
          queries: [{ expr: "sum by (kind) (job:media_requests:rate5m)", legend: "{{kind}}" }],
        }),
        lines({
          ...{ title: "Requests that were refused", about: "By kind and status.", unit: "reqps" },
          queries: [
            {
              expr: 'sum by (kind, status) (rate(media_requests_total{status=~"4..|5.."}[5m]))',
              legend: "{{kind}} {{status}}",
            },
          ],
        }),
        lines({
          ...{ title: "Time to answer", about: "Playlists and parts include the time until they are made.", unit: "s" },
          queries: quantiles("media_request_seconds", [0.5, 0.99], "", "kind"),
        }),
        lines({
          ...{ title: "Asked of owners", about: "After collapsing, by outcome.", unit: "reqps" },
          queries: [{ expr: "sum by (outcome) (rate(media_origin_requests_total[5m]))", legend: "{{outcome}}" }],
        }),
        lines({
          ...{ title: "Players that wait for an owner", about: "Rises while a channel has none.", unit: "short" },
          queries: [{ expr: "media_requests_waiting", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Media in memory", about: "Of edges and of owners.", unit: "bytes" },
          queries: [
            { expr: "media_cache_bytes", legend: "cache {{instance}}" },
            { expr: "packager_memory_bytes", legend: "packagers {{instance}}" },
          ],
        }),
        lines({
          ...{ title: "Low-delay sockets", about: "And how often one was too slow and went on later.", unit: "short" },
          queries: [
            { expr: "sum(live_sockets)", legend: "sockets" },
            { expr: "sum(increase(live_socket_skips_total[1m]))", legend: "skips in a minute" },
          ],
        }),
        lines({
          ...{ title: "Sockets closed by us", about: "By code.", unit: "cps" },
          queries: [{ expr: "sum by (code) (rate(live_socket_closes_total[5m]))", legend: "{{code}}" }],
        }),
        lines({
          ...{ title: "Segments kept for later owners", about: "By how.", unit: "cps" },
          queries: [{ expr: "sum by (how) (rate(media_segments_kept_total[5m]))", legend: "{{how}}" }],
        }),
      ],
    ],
    [
      "Packagers",
      [
        lines({
          ...{ title: "Parts and segments made", about: "Over all renditions.", unit: "cps" },
          queries: [
            { expr: "sum(rate(packager_parts_total[1m]))", legend: "parts" },
            { expr: "sum(rate(packager_segments_total[1m]))", legend: "segments of sources" },
          ],
        }),
        lines({
          ...{ title: "Broadcasts", about: "By node.", unit: "short" },
          queries: [{ expr: "broadcasts_running", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Thumbnails", about: "By outcome.", unit: "cps" },
          queries: [{ expr: "sum by (outcome) (rate(thumbnails_total[5m]))", legend: "{{outcome}}" }],
        }),
      ],
    ],
  ],
};
