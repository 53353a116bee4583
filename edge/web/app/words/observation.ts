// What the pages of the running system say: nodes, streams, metrics, errors.

import type { EdgeView, NodeStanding } from "#schema/api/cluster.ts";
import type { ErrorGroupView, StreamView } from "#schema/api/observation.ts";

export const words = {
  nodes: "Nodes",
  streams: "Streams",
  metrics: "Metrics",
  errors: "Errors",

  actorNodes: "Actor nodes",
  actorNodesAbout: "They own the channels: intake, encoding, recording and chat rooms.",
  actorNodesCaption: "Actor nodes",
  noNodes: "No actor node is up",
  noNodesText: "No channel can go live until one is started.",
  edges: "Edges",
  edgesAbout: "They serve pages, players and chat sockets.",
  edgesCaption: "Edges",
  otherEdges: "Only this edge is known here. OBSERVE_EDGES names the others.",
  name: "Name",
  state: "State",
  standings: { up: "Up", draining: "Draining", silent: "Silent", left: "Left" } satisfies Record<NodeStanding, string>,
  edgeStandings: { up: "Up", draining: "Stopping", silent: "Silent" } satisfies Record<EdgeView["standing"], string>,
  channels: "Channels",
  ofSlots: (used: number, slots: number) => `${used} of ${slots}`,
  actors: "Actors",
  processor: "Processor",
  cores: (cores: number) => `${cores.toFixed(2)} cores`,
  memory: "Memory",
  megabytes: (bytes: number) => `${Math.round(bytes / 1e6).toLocaleString("en")} MB`,
  lag: "Lag",
  milliseconds: (ms: number) => `${Math.round(ms).toLocaleString("en")} ms`,
  seen: "Seen",
  secondsAgo: (seconds: number) => `${seconds.toFixed(1)} s ago`,
  sockets: "Chat sockets",
  viewers: "Viewers",
  upSince: "Up",
  act: "Action",
  unknown: "–",
  drain: "Drain…",
  drainOne: (name: string) => `Drain ${name}?`,
  drainMeans: "It hands its channels over to other nodes and takes no new ones. Viewers keep watching.",
  drainLastMeans: "No other node is up, so its channels cannot be handed over.",
  drainWord: "Drain",
  undrain: "Put to work again",
  drainOf: (name: string) => `Drain of ${name}`,
  actorsLeft: (actors: number) => (actors === 0 ? "empty: it can be stopped" : `${actors} actors left`),

  onAir: "On air",
  streamsCaption: "Broadcasts on air",
  nobodyLive: "Nobody is live right now",
  nobodyLiveText: "Broadcasts are listed here while they are on air.",
  onlyNewest: (count: number) => `The ${count} that started last are shown.`,
  channel: "Channel",
  phases: { live: "Live", lost: "Waiting" } satisfies Record<StreamView["phase"], string>,
  source: "Source",
  noAnswer: "its node does not answer",
  noNode: "none",
  picture: (width: number, height: number, fps: number | null) =>
    `${width} × ${height}${fps === null ? "" : `, ${Math.round(fps)} fps`}`,
  kilobits: (kbps: number) => `${Math.round(kbps).toLocaleString("en")} kbit/s`,
  restarts: (count: number) => (count === 1 ? "pulled anew once" : `pulled anew ${count} times`),
  rungs: "Renditions",
  noRungs: "source alone",
  node: "Node",
  delay: "Delay",
  seconds: (ms: number) => `${(ms / 1_000).toFixed(1)} s`,
  problems: "Problems",
  stop: "Stop…",
  stopOne: (name: string) => `End the broadcast of ${name}?`,
  stopMeans:
    "Viewers see that it is over. What the encoder sends within ten minutes is a preview until it is started again.",
  stopWord: "End broadcast",

  span: "Time",
  spans: [
    ["5", "5 minutes"],
    ["15", "15 minutes"],
    ["60", "1 hour"],
  ],
  now: "now",
  nothingCollected: "No metrics are collected here",
  nothingCollectedText:
    "Start with npm start -- --observe, or set OBSERVE_EDGES, and edges keep an hour of figures. Prometheus reads the same figures from each process.",
  askedProcesses: "Asked",
  silentProcess: (name: string) => `${name} (silent)`,

  errorsCaption: "Errors, the newest first",
  errorsAbout:
    "What processes logged as errors in the last 30 days. Errors that say one thing at one place are one line.",
  noErrors: "No process has logged an error",
  noErrorsText: "Errors are listed here for 30 days.",
  what: "What",
  count: "Count",
  process: "Process",
  first: "First",
  last: "Last",
  request: "Request",
  levels: { error: "Error", fatal: "Ended the process" } satisfies Record<ErrorGroupView["level"], string>,
  stack: "Where in the code",
  copyRequest: "Copy the request id",
  requestCopied: "The request id is copied.",
  noRequest: "none",
} as const;

/** Of the rows of the page of metrics, with their plots in this order. */
export const plotRows: readonly (readonly [title: string, plots: readonly string[]])[] = [
  ["Viewers", ["audience", "broadcasts", "media"]],
  ["Chat and delay", ["lines", "sayTime", "delay"]],
  ["Requests and errors", ["requests", "errors", "answerTime"]],
  ["Nodes and stores", ["cores", "loopDelay", "stores"]],
];

interface PlotWords {
  title: string;
  unit: string;
  digits: number;
  /** The axis ends there or higher. */
  topMin: number;
  series: Readonly<Record<string, string>>;
}

/** By the plot's id. */
export const plotWords: Readonly<Record<string, PlotWords>> = {
  audience: {
    ...{ title: "Viewers", unit: "", digits: 0, topMin: 4 },
    series: { viewers: "Viewers", chatSockets: "Chat sockets", liveSockets: "Low-delay sockets" },
  },
  broadcasts: {
    ...{ title: "Broadcasts on air", unit: "", digits: 0, topMin: 4 },
    series: { onAir: "On air", ladders: "Encoded" },
  },
  media: {
    ...{ title: "Media requests", unit: "per s", digits: 1, topMin: 4 },
    series: { answered: "Answered", fromOwners: "Fetched from owners" },
  },
  lines: {
    ...{ title: "Messages", unit: "per s", digits: 1, topMin: 1 },
    series: { said: "Said", refused: "Refused" },
  },
  sayTime: {
    ...{ title: "Time to store a message", unit: "ms", digits: 0, topMin: 20 },
    series: { p50: "Half of them", p99: "99 of 100" },
  },
  delay: {
    ...{ title: "Delay of players", unit: "s", digits: 1, topMin: 2 },
    series: { p50: "Half of them", p95: "95 of 100" },
  },
  requests: {
    ...{ title: "API requests", unit: "per s", digits: 1, topMin: 4 },
    series: { answered: "Answered", refused: "Refused" },
  },
  errors: {
    ...{ title: "Errors", unit: "per min", digits: 1, topMin: 4 },
    series: { serverErrors: "Answers 5xx", logged: "Logged errors", stalls: "Stalls of players" },
  },
  answerTime: {
    ...{ title: "Time to answer", unit: "ms", digits: 0, topMin: 20 },
    series: { p50: "Half of them", p99: "99 of 100" },
  },
  cores: {
    ...{ title: "Processor", unit: "cores", digits: 2, topMin: 0.5 },
    series: { edges: "Edges", actors: "Actor nodes", encoding: "Encoding" },
  },
  loopDelay: {
    ...{ title: "Longest stall", unit: "ms", digits: 0, topMin: 100 },
    series: { edges: "Edges", actors: "Actor nodes" },
  },
  stores: {
    ...{ title: "Stores answer within", unit: "ms", digits: 1, topMin: 10 },
    series: { postgres: "PostgreSQL", nats: "NATS", redis: "Redis", s3: "Object store" },
  },
};

/** What still works while a store is away. */
export const awayStores: Readonly<Record<string, string>> = {
  postgres:
    "PostgreSQL does not answer. Live video goes on. Nothing can be saved: no messages, sign-ins or new broadcasts.",
  nats: "NATS does not answer. Pictures that run go on. No message arrives, and no encoder can start.",
  redis: "Redis does not answer. Everything goes on; counts of viewers are 0, and each edge keeps limits by itself.",
};
