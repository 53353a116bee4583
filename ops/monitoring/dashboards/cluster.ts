// Who owns what, how nodes take over, and what processes cost.

import { type Dashboard, lines, logs, quantiles } from "./panels.ts";

const byInstance = (expr: string) => [{ expr, legend: "{{job}} {{instance}}" }];

export const cluster: Dashboard = {
  uid: "cluster",
  title: "Cluster",
  about: "Actors and their owners, calls between processes, load of each process.",
  rows: [
    [
      "Ownership",
      [
        lines({
          ...{ title: "Actors awake", about: "By node.", unit: "short" },
          queries: [{ expr: "actors_awake", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Claims", about: "dead_node without a death: nodes lose each other.", unit: "cps" },
          queries: [{ expr: "sum by (reason) (rate(actor_activations_total[5m]))", legend: "{{reason}}" }],
        }),
        lines({
          ...{ title: "Actors lost to others", about: "Each is a take-over from a node that lived.", unit: "cps" },
          queries: [
            { expr: "sum by (noticed_by) (rate(actor_fenced_total[5m]))", legend: "{{noticed_by}}" },
            { expr: "sum(rate(actor_fenced_saves_total[5m]))", legend: "saves refused" },
          ],
        }),
        lines({
          ...{ title: "Fail-over", about: "From the last heartbeat of a dead node to the claim.", unit: "s" },
          queries: quantiles("actor_fail_over_seconds", [0.5, 0.99]),
        }),
        lines({
          ...{ title: "Activation", about: "From the claim until the actor can be called.", unit: "s" },
          queries: quantiles("actor_activation_seconds", [0.5, 0.99]),
        }),
        lines({
          ...{ title: "Hand-overs", about: "Not taken: the other nodes are full.", unit: "cps" },
          queries: [{ expr: "sum by (outcome) (rate(actor_hand_overs_total[5m]))", legend: "{{outcome}}" }],
        }),
      ],
    ],
    [
      "Calls",
      [
        lines({
          ...{ title: "Calls to actors", about: "With their retries.", unit: "reqps" },
          queries: [
            { expr: "sum by (kind, outcome) (rate(actor_call_seconds_count[5m]))", legend: "{{kind}} {{outcome}}" },
          ],
        }),
        lines({
          ...{ title: "Time of a call", about: "As who calls sees it.", unit: "s" },
          queries: quantiles("actor_call_seconds", [0.5, 0.99], "", "kind"),
        }),
        lines({
          ...{ title: "Calls that fail", about: "Busy, unavailable, timed out, or a bug.", unit: "percentunit" },
          queries: [{ expr: "job:actor_calls_failed:ratio5m", legend: "{{job}} {{kind}}" }],
          limits: [0.01, 0.1],
        }),
        lines({
          ...{ title: "Requests at nodes", about: "Without an answer yet.", unit: "short" },
          queries: [{ expr: "actor_requests_waiting", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Time at nodes", about: "From a request's arrival to its answer.", unit: "s" },
          queries: quantiles("actor_request_seconds", [0.5, 0.99]),
        }),
        lines({
          ...{ title: "Held and refused", about: "Held until ownership was confirmed; refused as busy.", unit: "cps" },
          queries: [
            { expr: "sum(rate(actor_messages_held_total[5m]))", legend: "held" },
            { expr: "sum(rate(actor_busy_total[5m]))", legend: "busy" },
          ],
        }),
      ],
    ],
    [
      "Processes",
      [
        lines({
          ...{ title: "Processor", about: "Cores, without FFmpeg.", unit: "none" },
          queries: byInstance("instance:process_cores:rate5m"),
        }),
        lines({
          ...{ title: "Memory", about: "Resident.", unit: "bytes" },
          queries: byInstance("process_resident_memory_bytes"),
        }),
        lines({
          ...{ title: "File descriptors", about: "Share of those that may be open.", unit: "percentunit" },
          queries: byInstance("process_open_fds / process_max_fds"),
          limits: [0.6, 0.8],
        }),
        lines({
          ...{ title: "Longest stall", about: "Of the event loop.", unit: "s" },
          queries: byInstance("event_loop_delay_max_seconds"),
          limits: [0.25, 0.5],
        }),
        lines({
          ...{ title: "Time stood still", about: "Share, in stalls of 50 ms and more.", unit: "percentunit" },
          queries: byInstance("rate(event_loop_stalled_seconds_total[5m])"),
        }),
        lines({
          ...{ title: "Encoding", about: "Cores used, and those it may use.", unit: "none" },
          queries: [
            { expr: "ladder_cores_used", legend: "used {{instance}}" },
            { expr: "ladder_cores_budget", legend: "budget {{instance}}" },
          ],
        }),
        lines({
          ...{ title: "Encoder slots", about: "Share in use; full nodes refuse encoders.", unit: "percentunit" },
          queries: [{ expr: "actor_slots_used / actor_slots", legend: "{{instance}}" }],
          limits: [0.7, 0.9],
        }),
        lines({
          ...{ title: "Logged", about: "Warnings and errors.", unit: "cps" },
          queries: [{ expr: "sum by (job, level) (rate(log_lines_total[5m]))", legend: "{{job}} {{level}}" }],
        }),
        lines({
          ...{ title: "Links to NATS", about: "0: cut off. And how often they were lost.", unit: "short" },
          queries: [
            { expr: "min by (job) (nats_link_up)", legend: "up {{job}}" },
            { expr: "sum by (job) (increase(nats_link_losses_total[5m]))", legend: "lost {{job}}" },
          ],
        }),
      ],
    ],
    [
      "Log",
      [
        logs({
          ...{ title: "Warnings and errors", about: "Of all nodes." },
          query: '{service=~"edge.*|actor.*", level=~"warn|error|fatal"}',
        }),
      ],
    ],
  ],
};
