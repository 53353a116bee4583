// What the made-up site's API answers to admins about its nodes, streams, figures and errors.

import { PLOTS } from "#edge/observation/plots.ts";
import type { EdgeView, NodeView } from "#schema/api/cluster.ts";
import type { ErrorGroupView, MetricsView, StreamView } from "#schema/api/observation.ts";
import { type Answer, type Asked, ago, listOf } from "./answers.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const EVERY_MS = 5_000;

/** Only of paths below `/admin/`, for an admin. */
export function systemAnswer({ path, query, nowMs, channels }: Asked): Answer {
  if (path === "/admin/nodes") return listOf(nodes(nowMs));
  if (path === "/admin/edges") return listOf(edges());
  if (path === "/admin/streams")
    return listOf(channels.filter(({ live }) => live).map((channel, at) => stream(channel, at)));
  if (path === "/admin/metrics") return metrics(nowMs, Number(query.get("minutes") ?? "5"));
  return path === "/admin/errors" ? listOf(errors(nowMs)) : undefined;
}

const nodes = (nowMs: number): NodeView[] =>
  (["up", "draining", "silent"] as const).map((standing, at) => ({
    ...{ name: `actor-${at + 1}`, kind: "actor" as const, incarnation: `00000000-0000-7000-8020-00000000000${at}` },
    ...{ address: `http://10.0.0.${at + 1}:3100`, standing, draining: standing === "draining", slots: 40 },
    ...{
      used: 7 - at,
      actors: 31 - 9 * at,
      epochBumps: 40,
      fenced: 0,
      seenAgoMs: standing === "silent" ? 14_200 : 400 + at,
    },
    ...(standing === "silent"
      ? { broadcasts: null, cores: null, memoryBytes: null, loopDelayMs: null }
      : { broadcasts: 5 - at, cores: 1.24 - at / 2, memoryBytes: 412e6, loopDelayMs: at === 0 ? 18 : 740 }),
    ...{ startedAt: ago(nowMs, (at + 3) * HOUR_MS), upMs: (at + 3) * HOUR_MS },
  }));

const edges = (): EdgeView[] =>
  (["up", "up"] as const).map((standing, at) => ({
    ...{
      name: `edge-${at + 1}`,
      standing,
      chatSockets: 1_204 - at * 300,
      chatSocketsMax: 5_000,
      viewers: 988 - at * 211,
    },
    ...{ cores: 0.44, memoryBytes: 301e6, loopDelayMs: 12, upMs: 26 * HOUR_MS },
  }));

const stream = ({ id, login, displayName, title, live }: Asked["channels"][number], at: number): StreamView => ({
  ...{ channel: { id, login, displayName }, title, broadcastId: live!.broadcastId, startedAt: live!.startedAt },
  ...{
    phase: live!.phase === "lost" ? "lost" : "live",
    viewers: live!.viewers,
    node: at === 3 ? null : `actor-${(at % 2) + 1}`,
  },
  health:
    at === 3
      ? null
      : {
          ...{ width: 1_920, height: 1_080, fps: 60, bitrateKbps: 6_012 + at * 40, restarts: at === 1 ? 2 : 0 },
          ...{ rungs: at === 2 ? [] : ["720p", "480p"], warnings: at === 1 ? ["encoder_too_slow"] : [] },
          delayMs: { p50: 1_100 + at * 90, p95: 1_900 },
        },
});

/** Waves, so that each line differs. */
function metrics(nowMs: number, minutes: number): MetricsView {
  const together = Math.max(1, Math.ceil((minutes * 12) / 180));
  const count = (minutes * 12) / together;
  const everyMs = EVERY_MS * together;
  const times = Array.from({ length: count }, (_, at) => ago(nowMs, (count - 1 - at) * everyMs));
  const wave = (line: number) => times.map((_, at) => Math.round(100 * (line + 2 + Math.sin(at / 9 + line))) / 100);
  return {
    ...{ isCollecting: true, everyMs, times },
    plots: PLOTS.map(({ id, series }) => ({
      id,
      series: Object.keys(series).map((line, at) => ({ id: line, values: wave(at) })),
    })),
    sources: ["edge-1", "edge-2", "actor-1", "actor-2", "actor-3"].map((name) => ({
      name,
      answers: name !== "actor-3",
    })),
  };
}

const errors = (nowMs: number): ErrorGroupView[] => [
  {
    ...{ fingerprint: "0a1b2c3d4e5f6071", level: "error", message: "request failed", count: 12, node: "edge-2" },
    ...{
      reason: "TypeError: null is not an object (evaluating 'channel.live')",
      place: "edge/channels/view.ts channelView",
    },
    stack: "TypeError: null is not an object\n    at channelView (edge/channels/view.ts:41:12)",
    ...{ request: "00000000-0000-7000-8021-000000000001", trace: "00000000000070008021000000000001" },
    ...{ firstAt: ago(nowMs, 26 * HOUR_MS), lastAt: ago(nowMs, 4 * MINUTE_MS) },
  },
  {
    ...{ fingerprint: "1a1b2c3d4e5f6071", level: "fatal", message: "actor node broke", count: 1, node: "actor-1" },
    ...{ reason: "RangeError: out of memory", place: "", stack: "", request: null, trace: null },
    ...{ firstAt: ago(nowMs, 3 * HOUR_MS), lastAt: ago(nowMs, 3 * HOUR_MS) },
  },
];
