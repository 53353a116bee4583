// The stores: PostgreSQL as it counts itself, and all four as our processes meet them.

import { type Dashboard, lines, quantiles } from "./panels.ts";

export const database: Dashboard = {
  uid: "database",
  title: "Database and stores",
  about: "Whether the stores answer, how fast, and how full PostgreSQL is.",
  rows: [
    [
      "All stores",
      [
        lines({
          ...{ title: "Answer", about: "1: to every process. Below: to some.", unit: "none" },
          queries: [{ expr: "avg by (store) (store_up)", legend: "{{store}}" }],
        }),
        lines({
          ...{ title: "Answer within", about: "As the process that waits longest sees it.", unit: "s" },
          queries: [{ expr: "max by (store) (store_answer_seconds)", legend: "{{store}}" }],
        }),
        lines({
          ...{ title: "Not answered", about: "Questions to Redis; refusals of NATS.", unit: "cps" },
          queries: [
            { expr: "sum(rate(redis_misses_total[5m]))", legend: "redis" },
            { expr: "sum by (operation) (rate(nats_refusals_total[5m]))", legend: "nats {{operation}}" },
          ],
        }),
      ],
    ],
    [
      "PostgreSQL",
      [
        lines({
          ...{ title: "Time of a statement", about: "As our processes see it.", unit: "s" },
          queries: quantiles("database_answer_seconds", [0.5, 0.99], "", "job"),
        }),
        lines({
          ...{ title: "Statements", about: "Of our processes.", unit: "reqps" },
          queries: [{ expr: "sum by (job) (rate(database_answer_seconds_count[5m]))", legend: "{{job}}" }],
        }),
        lines({
          ...{ title: "Transactions", about: "Rolled back ones are few.", unit: "cps" },
          queries: [
            { expr: 'max(rate(database_transactions_total{outcome="committed"}[5m]))', legend: "committed" },
            { expr: 'max(rate(database_transactions_total{outcome="rolled_back"}[5m]))', legend: "rolled back" },
          ],
        }),
        lines({
          ...{ title: "Connections", about: "And how many the server takes.", unit: "short" },
          queries: [
            { expr: "max(database_connections)", legend: "open" },
            { expr: "max(database_connections_max)", legend: "at most" },
          ],
        }),
        lines({
          ...{
            title: "Found in memory",
            about: "Share of blocks. Below 0.99 the server wants more memory.",
            unit: "percentunit",
          },
          queries:
            'max(rate(database_blocks_total{from="memory"}[5m])) / (max(rate(database_blocks_total{from="memory"}[5m])) + max(rate(database_blocks_total{from="disk"}[5m])))',
        }),
        lines({
          ...{ title: "Size", about: "Tables and indexes.", unit: "bytes" },
          queries: "max(database_size_bytes)",
        }),
        lines({
          ...{ title: "Oldest transaction", about: "Ours take milliseconds; 2 s is the limit.", unit: "s" },
          queries: "max(database_oldest_transaction_seconds)",
          limits: [1, 2],
        }),
        lines({
          ...{ title: "Deadlocks", about: "Each is repeated.", unit: "cps" },
          queries: "max(rate(database_deadlocks_total[5m]))",
        }),
        lines({
          ...{ title: "Audit log", about: "Entries by whether they were written.", unit: "cps" },
          queries: [{ expr: "sum by (outcome) (rate(audit_entries_total[5m]))", legend: "{{outcome}}" }],
        }),
      ],
    ],
    [
      "Object store",
      [
        lines({
          ...{ title: "Requests", about: "By outcome.", unit: "reqps" },
          queries: [{ expr: "sum by (outcome) (job:object_store_requests:rate5m)", legend: "{{outcome}}" }],
        }),
        lines({
          ...{ title: "Time of a request", about: "By what is asked.", unit: "s" },
          queries: quantiles("object_store_request_seconds", [0.5, 0.99], "", "request"),
        }),
        lines({
          ...{ title: "Objects that are missing", about: "Must stay 0.", unit: "short" },
          queries: "sum(increase(video_objects_missing_total[1d]))",
          limits: [1, 1],
        }),
      ],
    ],
  ],
};
