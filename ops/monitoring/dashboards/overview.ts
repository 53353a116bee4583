// Whether all is well, on one page: the same figures as /staff/metrics shows without Prometheus, and what fires.

import { type Dashboard, figure, lines } from "./panels.ts";

export const overview: Dashboard = {
  uid: "overview",
  title: "Overview",
  about: "Whether viewers, chat and streamers are served, and what stands behind it.",
  rows: [
    [
      "Now",
      [
        figure({
          ...{ title: "Alerts", about: "Alerts that fire.", unit: "short" },
          queries: 'count(ALERTS{alertstate="firing"}) or vector(0)',
          limits: [1, 5],
        }),
        figure({ title: "Viewers", about: "Persons with a player or chat.", unit: "short", queries: "sum(viewers)" }),
        figure({ title: "Broadcasts", about: "On air.", unit: "short", queries: "sum(broadcasts_running)" }),
        figure({
          ...{ title: "Delay of players", about: "Half of them are behind the live edge by less.", unit: "s" },
          queries: "job:player_latency_seconds:p50",
        }),
        figure({
          ...{ title: "Errors of the API", about: "Share of answers 5xx over five minutes.", unit: "percentunit" },
          queries: "job:http_errors:ratio5m",
          limits: [0.01, 0.05],
        }),
        figure({
          ...{ title: "Processes up", about: "Of those that Prometheus asks.", unit: "percentunit" },
          queries: 'avg(up{job=~"edge|actor"})',
        }),
      ],
    ],
    [
      "Viewers",
      [
        lines({
          ...{ title: "Viewers", about: "Persons, chat sockets, and sockets of the low-delay player.", unit: "short" },
          queries: [
            { expr: "sum(viewers)", legend: "viewers" },
            { expr: "sum(chat_sockets)", legend: "chat sockets" },
            { expr: "sum(live_sockets)", legend: "low-delay sockets" },
          ],
        }),
        lines({
          ...{ title: "Delay of players", about: "Behind the live edge, as players report it.", unit: "s" },
          queries: [
            { expr: "job:player_latency_seconds:p50", legend: "half" },
            { expr: "job:player_latency_seconds:p95", legend: "95 of 100" },
          ],
        }),
        lines({
          ...{ title: "Stalls", about: "Per player and minute.", unit: "none" },
          queries: "job:player_stalls:per_player_minute",
          limits: [0.2, 0.5],
        }),
      ],
    ],
    [
      "Chat and API",
      [
        lines({
          ...{ title: "Messages", about: "By what became of them.", unit: "cps" },
          queries: [{ expr: "sum by (outcome) (job:chat_says:rate5m)", legend: "{{outcome}}" }],
        }),
        lines({
          ...{ title: "Requests", about: "Of the API and pages.", unit: "reqps" },
          queries: [
            { expr: "sum(job:http_requests:rate5m)", legend: "all" },
            { expr: 'sum(rate(http_request_duration_seconds_count{status=~"5.."}[5m]))', legend: "5xx" },
          ],
        }),
        lines({
          ...{ title: "Time to answer", about: "Requests of the API.", unit: "s" },
          queries: [
            { expr: "job:http_request_seconds:p50", legend: "half" },
            { expr: "job:http_request_seconds:p99", legend: "99 of 100" },
          ],
        }),
      ],
    ],
    [
      "Nodes and stores",
      [
        lines({
          ...{ title: "Processor", about: "Cores of each process, without FFmpeg.", unit: "none" },
          queries: [{ expr: "instance:process_cores:rate5m", legend: "{{job}} {{instance}}" }],
        }),
        lines({
          ...{ title: "Longest stall", about: "Of the event loop. Over 0.5 s viewers notice.", unit: "s" },
          queries: [{ expr: "event_loop_delay_max_seconds", legend: "{{job}} {{instance}}" }],
          limits: [0.25, 0.5],
        }),
        lines({
          ...{ title: "Stores answer within", about: "As the process that waits longest sees it.", unit: "s" },
          queries: [{ expr: "max by (store) (store_answer_seconds)", legend: "{{store}}" }],
        }),
      ],
    ],
  ],
};
