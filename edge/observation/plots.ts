// What is plotted for admins: the same twelve plots as the dashboard "overview" of ops/monitoring shows, each with its measures.

import type { Measure } from "./measures.ts";

export interface PlotSpec {
  id: string;
  /** By the line's name. */
  series: Readonly<Record<string, Measure>>;
}

const MS = 1_000;

export const PLOTS = [
  {
    id: "audience",
    series: {
      viewers: { kind: "sum", metric: "viewers" },
      chatSockets: { kind: "sum", metric: "chat_sockets" },
      liveSockets: { kind: "sum", metric: "live_sockets" },
    },
  },
  {
    id: "broadcasts",
    series: {
      onAir: { kind: "sum", metric: "broadcasts_running" },
      ladders: { kind: "sum", metric: "ladders_running" },
    },
  },
  {
    id: "media",
    series: {
      answered: { kind: "rate", metric: "media_requests_total" },
      fromOwners: { kind: "rate", metric: "media_origin_requests_total" },
    },
  },
  {
    id: "lines",
    series: {
      said: { kind: "rate", metric: "chat_says_total", where: { outcome: "said" } },
      refused: { kind: "rate", metric: "chat_says_total", where: { outcome: "!said" } },
    },
  },
  {
    id: "sayTime",
    series: {
      p50: { kind: "quantile", metric: "chat_say_seconds", share: 0.5, where: { outcome: "said" }, times: MS },
      p99: { kind: "quantile", metric: "chat_say_seconds", share: 0.99, where: { outcome: "said" }, times: MS },
    },
  },
  {
    id: "delay",
    series: {
      p50: { kind: "quantile", metric: "player_latency_seconds", share: 0.5 },
      p95: { kind: "quantile", metric: "player_latency_seconds", share: 0.95 },
    },
  },
  {
    id: "requests",
    series: {
      answered: { kind: "rate", metric: "http_request_duration_seconds_count" },
      refused: { kind: "rate", metric: "http_refusals_total" },
    },
  },
  {
    id: "errors",
    series: {
      serverErrors: { kind: "rate", metric: "http_request_duration_seconds_count", where: { status: "5…" }, times: 60 },
      logged: { kind: "rate", metric: "log_lines_total", where: { level: "!warn" }, times: 60 },
      stalls: { kind: "rate", metric: "player_stalls_total", times: 60 },
    },
  },
  {
    id: "answerTime",
    series: {
      p50: { kind: "quantile", metric: "http_request_duration_seconds", share: 0.5, times: MS },
      p99: { kind: "quantile", metric: "http_request_duration_seconds", share: 0.99, times: MS },
    },
  },
  {
    id: "cores",
    series: {
      edges: { kind: "rate", metric: "process_cpu_seconds_total", of: "edge" },
      actors: { kind: "rate", metric: "process_cpu_seconds_total", of: "actor" },
      encoding: { kind: "sum", metric: "ladder_cores_used" },
    },
  },
  {
    id: "loopDelay",
    series: {
      edges: { kind: "max", metric: "event_loop_delay_max_seconds", of: "edge", times: MS },
      actors: { kind: "max", metric: "event_loop_delay_max_seconds", of: "actor", times: MS },
    },
  },
  {
    id: "stores",
    series: {
      postgres: { kind: "max", metric: "store_answer_seconds", where: { store: "postgres" }, times: MS },
      nats: { kind: "max", metric: "store_answer_seconds", where: { store: "nats" }, times: MS },
      redis: { kind: "max", metric: "store_answer_seconds", where: { store: "redis" }, times: MS },
      s3: { kind: "max", metric: "store_answer_seconds", where: { store: "s3" }, times: MS },
    },
  },
] as const satisfies readonly PlotSpec[];
