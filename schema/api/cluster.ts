// Nodes and actors for operators (`/api/v1/admin/{nodes,actors}`, `…/channels/:channel/where`). `npm run ops` prints the same.

import { type Static, t } from "elysia";
import { emptyBody, page, strict } from "./fields.ts";
import { route } from "./route.ts";
import {
  answer,
  bool,
  count,
  id,
  moment,
  number,
  oneOf,
  orNull,
  pageOf,
  part,
  queryFlag,
  text,
  wholeNumber,
  word,
} from "./shapes.ts";

/**
 * `up`: seen within 10 s. `draining`: up, and handing its actors over. `silent`: not seen for 10 s, without leaving: dead, paused or cut
 * off. `left`: shut down.
 */
const nodeStanding = oneOf("up", "draining", "silent", "left");
export type NodeStanding = Static<typeof nodeStanding>;

/** Of a process that answers; null: it does not. */
const processFigures = {
  /** Cores that it used since this edge asked it last; null at the first time too. Its FFmpeg processes are not counted. */
  cores: orNull(number),
  memoryBytes: orNull(count),
  /** Longest stall of its event loop in the last 15 to 30 s. */
  loopDelayMs: orNull(number),
};

/** One incarnation of an actor node. */
export const nodeAnswer = answer("Node", {
  name: text,
  kind: t.Literal("actor"),
  incarnation: id,
  /** `http://host:port` of its internal port. */
  address: text,
  standing: nodeStanding,
  draining: bool,
  /** Maximum number of FFmpeg processes. */
  slots: count,
  /** Slots in use; a busy machine counts as used. */
  used: number,
  /** Actors whose row names this incarnation. */
  actors: count,
  /** Claims won since its start, each of which raised an epoch; null: the node does not answer. */
  epochBumps: orNull(number),
  /** Actors lost to other nodes since its start; null: the node does not answer. */
  fenced: orNull(number),
  /** Broadcasts whose media it keeps; null: the node does not answer. */
  broadcasts: orNull(count),
  ...processFigures,
  /** By the database's clock. */
  seenAgoMs: number,
  startedAt: moment,
  upMs: number,
});
export type NodeView = Static<typeof nodeAnswer>;

/**
 * `awake`: a living node owns it. `asleep`: it is only a row. `due`: it must be awake, and no node owns it. `orphaned`: its row names a node
 * that is dead or has left; the next call, or its alarm, makes another node claim it.
 */
const actorStanding = oneOf("awake", "asleep", "due", "orphaned");
export type ActorStanding = Static<typeof actorStanding>;

export const actorAnswer = answer("Actor", {
  kind: text,
  key: text,
  /** Login of the channel; null: the actor is no channel, or the channel was deleted. */
  login: orNull(text),
  epoch: count,
  version: count,
  standing: actorStanding,
  /** Name of the owner in its row. */
  node: orNull(text),
  /** Of the same owner. */
  incarnation: orNull(text),
  /** From the saved state: `offline`, `starting`, `live`, `lost`, …; null: never saved. */
  phase: orNull(text),
  wakeAt: orNull(moment),
  claimedAt: moment,
  savedAt: moment,
});
export type ActorView = Static<typeof actorAnswer>;

/** The owner's answer to a call that wakes no actor. */
const ownerAnswer = t.Union([
  part({ answered: t.Literal(true), tookMs: number, incarnation: text, epoch: count, phase: orNull(text) }),
  part({
    answered: t.Literal(false),
    tookMs: number,
    /** `no_responders` (asleep, or its node is dead), `timeout`, `disconnected`, or the code of a refusal. */
    code: text,
  }),
]);
export type OwnerAnswer = Static<typeof ownerAnswer>;

export const whereAnswer = answer("Where", {
  channel: part({ id, login: text }),
  /** Null: never awake. */
  actor: orNull(actorAnswer),
  /** Of the owner; null: asleep. */
  address: orNull(text),
  broadcastId: orNull(text),
  /** The highest saved segment number. */
  headNumber: orNull(number),
  /** Number of FFmpeg processes of this session. */
  attempt: orNull(number),
  savedAgoMs: orNull(number),
  claimedAgoMs: orNull(number),
  answer: ownerAnswer,
  /**
   * `answers`: the owner in the row answered with the row's epoch. `asleep`: no node needs to answer. `moving`: row and answer differ; for
   * some seconds that is a take-over. `silent`: a living node should answer and does not. `unowned`: the actor must be awake and is not.
   * `unknown`: NATS is away, so the owner could not be asked.
   */
  verdict: oneOf("answers", "asleep", "moving", "silent", "unowned", "unknown"),
});
export type WhereView = Static<typeof whereAnswer>;

export const listNodes = route("GET /api/v1/admin/nodes", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  query: t.Object({ all: t.Optional(queryFlag) }),
  answers: { 200: pageOf(nodeAnswer) },
  summary: "List actor nodes",
});

export const drainNode = route("POST /api/v1/admin/nodes/:node/drain", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  body: emptyBody,
  answers: { 200: nodeAnswer },
  summary: "Make a node hand over its actors",
});

export const undrainNode = route("POST /api/v1/admin/nodes/:node/undrain", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  body: emptyBody,
  answers: { 200: nodeAnswer },
  summary: "Let a node claim actors again",
});

/** An edge that this edge knows: itself, and those of OBSERVE_EDGES. */
export const edgeAnswer = answer("Edge", {
  name: text,
  /** `draining`: it is about to stop. `silent`: it does not answer. */
  standing: oneOf("up", "draining", "silent"),
  chatSockets: orNull(count),
  /** 0: no limit. */
  chatSocketsMax: orNull(count),
  viewers: orNull(count),
  ...processFigures,
  upMs: orNull(number),
});
export type EdgeView = Static<typeof edgeAnswer>;

export const listEdges = route("GET /api/v1/admin/edges", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  answers: { 200: pageOf(edgeAnswer) },
  summary: "List edges",
});

/** As pino names them, the most talkative first. */
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;

export const logLevelAnswer = answer("LogLevel", {
  name: text,
  level: oneOf(...LOG_LEVELS),
  /** Of its settings: LOG_LEVEL. It comes back by itself. */
  usual: oneOf(...LOG_LEVELS),
});
export type LogLevelView = Static<typeof logLevelAnswer>;

export const setLogLevel = route("PUT /api/v1/admin/nodes/:node/log-level", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  body: t.Object(
    {
      level: word(LOG_LEVELS, `one of ${LOG_LEVELS.join(", ")}`),
      minutes: t.Optional(wholeNumber({ minimum: 1, maximum: 1_440, description: "a whole number from 1 to 1440" })),
    },
    strict,
  ),
  answers: { 200: logLevelAnswer },
  summary: "Change the level of a node's logs, or of an edge's, for 30 minutes unless `minutes` says otherwise",
});

export const listActors = route("GET /api/v1/admin/actors", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  query: t.Object({
    node: t.Optional(t.String({ maxLength: 64, description: "name or incarnation of a node" })),
    awake: t.Optional(queryFlag),
    ...page,
  }),
  answers: { 200: pageOf(actorAnswer) },
  summary: "List actors, the last claimed first",
});

export const locateChannel = route("GET /api/v1/admin/channels/:channel/where", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  answers: { 200: whereAnswer },
  summary: "The node that owns a channel, and whether it answers",
});
