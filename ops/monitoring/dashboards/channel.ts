// Sources, encoding and one channel's log. Metrics have no channel as a label: their number would have no bound.

import { type Dashboard, lines, logs, quantiles } from "./panels.ts";

export const channel: Dashboard = {
  uid: "channel",
  title: "Channels",
  about: "From the encoder's hook to the renditions. Enter a channel's id to see its log.",
  variable: { name: "channel", label: "Channel id" },
  rows: [
    [
      "Encoders come and go",
      [
        lines({
          ...{ title: "Hooks", about: "Of nginx-rtmp, by call and outcome.", unit: "cps" },
          queries: [{ expr: "sum by (call, outcome) (rate(rtmp_hooks_total[5m]))", legend: "{{call}} {{outcome}}" }],
        }),
        lines({
          ...{ title: "Hooks that failed", about: "By a fault of ours: encoders are refused.", unit: "cps" },
          queries: [{ expr: "sum by (call, code) (rate(rtmp_hook_failures_total[5m]))", legend: "{{call}} {{code}}" }],
        }),
        lines({
          ...{ title: "Time to answer a hook", about: "nginx gives a publish up after 4 s.", unit: "s" },
          queries: quantiles("rtmp_hook_duration_seconds", [0.5, 0.99], "", "call"),
        }),
      ],
    ],
    [
      "Sources",
      [
        lines({
          ...{ title: "Sources pulled", about: "By node.", unit: "short" },
          queries: [{ expr: "intakes_running", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Bit rate of all sources", about: "As they are packaged.", unit: "Bps" },
          queries: [{ expr: "rate(intake_bytes_total[1m])", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Longest silence", about: "A source that is pulled and sends nothing to show.", unit: "s" },
          queries: [{ expr: "intake_silence_max_seconds", legend: "{{instance}}" }],
          limits: [2, 8],
        }),
        lines({
          ...{ title: "What sources do", about: "Jumps of clocks, missing sound, damaged pictures …", unit: "cps" },
          queries: [{ expr: "sum by (fact) (rate(intake_facts_total[5m]))", legend: "{{fact}}" }],
        }),
        lines({
          ...{ title: "Pulls that failed", about: "On one node only: it does not reach nginx-rtmp.", unit: "cps" },
          queries: [{ expr: "rate(channel_pulls_failed_total[5m])", legend: "{{instance}}" }],
        }),
        lines({
          ...{ title: "Restreaming that ended", about: "By reason; seldom ours.", unit: "cps" },
          queries: [{ expr: "sum by (reason) (rate(restream_ends_total[5m]))", legend: "{{reason}}" }],
        }),
      ],
    ],
    [
      "Encoding",
      [
        lines({
          ...{ title: "Furthest behind", about: "At 2.5 s a rung is given up.", unit: "s" },
          queries: [{ expr: "ladder_lag_max_seconds", legend: "{{instance}}" }],
          limits: [1, 2.5],
        }),
        lines({
          ...{ title: "Renditions", about: "Ladders that run, and rungs that there is no power for.", unit: "short" },
          queries: [
            { expr: "ladders_running", legend: "ladders {{instance}}" },
            { expr: "ladder_rungs_missing", legend: "missing {{instance}}" },
          ],
        }),
        lines({
          ...{ title: "FFmpeg ended unasked", about: "By reason. Each is started again.", unit: "cps" },
          queries: [{ expr: "sum by (reason) (rate(ladder_exits_total[5m]))", legend: "{{reason}}" }],
        }),
      ],
    ],
    [
      "Log",
      [
        logs({
          ...{ title: "Log of the channel", about: "Lines that carry the id above." },
          query: '{service=~"edge.*|actor.*"} | channel="$channel"',
        }),
      ],
    ],
  ],
};
