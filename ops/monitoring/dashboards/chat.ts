// Lines, from the socket that sends one to the sockets that get it.

import { type Dashboard, lines, quantiles } from "./panels.ts";

export const chat: Dashboard = {
  uid: "chat",
  title: "Chat",
  about: "Sockets, lines, fan-out and their delays.",
  rows: [
    [
      "Sockets",
      [
        lines({
          ...{ title: "Open sockets", about: "By edge, and what each takes.", unit: "short" },
          queries: [
            { expr: "chat_sockets", legend: "{{instance}}" },
            { expr: "chat_sockets_max", legend: "at most {{instance}}" },
          ],
        }),
        lines({
          ...{ title: "Rooms watched", about: "By edge.", unit: "short" },
          queries: [{ expr: "chat_rooms", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Joins", about: "Resumed: they came back and got what they had missed.", unit: "cps" },
          queries: [{ expr: "sum by (resumed) (rate(chat_welcomes_total[1m]))", legend: "resumed {{resumed}}" }],
        }),
        lines({
          ...{ title: "Refused before the upgrade", about: "By code.", unit: "cps" },
          queries: [{ expr: "sum by (code) (rate(chat_join_refusals_total[5m]))", legend: "{{code}}" }],
        }),
        lines({
          ...{ title: "Closed by us", about: "4008: too slow. gone: no answer to pings.", unit: "cps" },
          queries: [{ expr: "sum by (code) (rate(chat_closes_total[5m]))", legend: "{{code}}" }],
        }),
        lines({
          ...{ title: "Gaps filled", about: "Rooms that asked their owner for entries.", unit: "cps" },
          queries: [{ expr: "sum by (instance) (rate(chat_resyncs_total[5m]))", legend: "{{instance}}" }],
        }),
      ],
    ],
    [
      "Lines",
      [
        lines({
          ...{ title: "Lines", about: "By what became of them.", unit: "cps" },
          queries: [{ expr: "sum by (outcome) (rate(chat_says_total[1m]))", legend: "{{outcome}}" }],
        }),
        lines({
          ...{ title: "Time to be stored", about: "From the edge's call to its answer.", unit: "s" },
          queries: [
            { expr: "job:chat_say_seconds:p50", legend: "half" },
            { expr: "job:chat_say_seconds:p99", legend: "99 of 100" },
          ],
        }),
        lines({
          ...{ title: "Time of a commit", about: "At the owner: one batch in PostgreSQL.", unit: "s" },
          queries: quantiles("chat_commit_seconds", [0.5, 0.99]),
        }),
        lines({
          ...{ title: "Entries stored", about: "Lines and acts.", unit: "cps" },
          queries: [{ expr: "sum by (instance) (rate(chat_entries_stored_total[1m]))", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Fan-out", about: "Entries times sockets, and the frames that carried them.", unit: "cps" },
          queries: [
            { expr: "sum(rate(chat_entries_fanned_out_total[1m]))", legend: "entries × sockets" },
            { expr: "sum(rate(chat_writes_total[1m]))", legend: "frames" },
          ],
        }),
        lines({
          ...{ title: "Old entries deleted", about: "By retention.", unit: "cps" },
          queries: "sum(rate(chat_entries_deleted_total[5m]))",
        }),
      ],
    ],
  ],
};
