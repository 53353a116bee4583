// Nodes and actors as operators see them (`/api/v1/admin/{nodes,actors}`, `…/channels/:channel/where`). `npm run ops` prints the same.

import { type Static, t } from "elysia";
import { emptyBody, page, strict } from "./fields.ts";
import { route } from "./route.ts";
import { answer, bool, count, id, moment, number, oneOf, orNull, pageOf, part, queryFlag, text } from "./shapes.ts";

/**
 * `up`: seen within 10 s. `draining`: up, and handing its actors over. `silent`: not seen for 10 s and never said goodbye: dead,
 * paused or cut off. `left`: said goodbye.
 */
const nodeStanding = oneOf("up", "draining", "silent", "left");
export type NodeStanding = Static<typeof nodeStanding>;

/** One boot of an actor node. */
export const nodeAnswer = answer("Node", {
  name: text,
  kind: t.Literal("actor"),
  incarnation: id,
  /** `http://host:port` of its internal port. */
  address: text,
  standing: nodeStanding,
  draining: bool,
  /** FFmpeg processes it may run. */
  slots: count,
  /** Slots in use; a busy machine counts as used. */
  used: number,
  /** Actors whose row names it. */
  actors: count,
  /** Claims it has won since its start, each of which bumped an epoch; null when it does not tell. */
  epochBumps: orNull(number),
  /** Actors it lost to others since its start; null when it does not tell. */
  fenced: orNull(number),
  /** By the database's clock. */
  seenAgoMs: number,
  startedAt: moment,
  upMs: number,
});
export type NodeView = Static<typeof nodeAnswer>;

/**
 * `awake`: a living node owns it. `asleep`: costs its row. `due`: must be awake and nobody owns it. `orphaned`: its row names a node
 * that is dead or gone; that is mended when somebody asks for it, or at once when it is due.
 */
const actorStanding = oneOf("awake", "asleep", "due", "orphaned");
export type ActorStanding = Static<typeof actorStanding>;

export const actorAnswer = answer("Actor", {
  kind: text,
  key: text,
  /** Of the channel; null when the actor is no channel, or its channel is gone. */
  login: orNull(text),
  epoch: count,
  version: count,
  standing: actorStanding,
  /** Name of the owner that its row names. */
  node: orNull(text),
  /** Of the same owner. */
  incarnation: orNull(text),
  /** As saved: `offline`, `starting`, `live`, `lost`, …; null before the first save. */
  phase: orNull(text),
  wakeAt: orNull(moment),
  claimedAt: moment,
  savedAt: moment,
});
export type ActorView = Static<typeof actorAnswer>;

/** What came back from asking the owner, without waking anybody. */
const ownerAnswer = t.Union([
  part({ answered: t.Literal(true), tookMs: number, incarnation: text, epoch: count, phase: orNull(text) }),
  part({
    answered: t.Literal(false),
    tookMs: number,
    /** `no_responders` (nobody listens: asleep, or its node is gone), `timeout`, `disconnected`, or a refusal's. */
    code: text,
  }),
]);
export type OwnerAnswer = Static<typeof ownerAnswer>;

export const whereAnswer = answer("Where", {
  channel: part({ id, login: text }),
  /** Null: it was never awake. */
  actor: orNull(actorAnswer),
  /** Of the owner; null while it sleeps. */
  address: orNull(text),
  broadcastId: orNull(text),
  /** Highest segment number that is saved as opened. */
  headNumber: orNull(number),
  /** FFmpeg processes of this session so far. */
  attempt: orNull(number),
  savedAgoMs: orNull(number),
  claimedAgoMs: orNull(number),
  answer: ownerAnswer,
  /**
   * `answers`: the owner the row names answered with the row's epoch. `asleep`: nobody needs to answer. `moving`: row and answer
   * disagree; for some seconds that is a take-over. `silent`: a living node should answer and does not. `unowned`: the actor must be
   * awake and is not. `unknown`: NATS is away, so nobody could be asked.
   */
  verdict: oneOf("answers", "asleep", "moving", "silent", "unowned", "unknown"),
});
export type WhereView = Static<typeof whereAnswer>;

export const listNodes = route("GET /api/v1/admin/nodes", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  query: t.Object({ all: t.Optional(queryFlag) }, strict),
  answers: { 200: pageOf(nodeAnswer) },
  summary: "Actor nodes",
});

export const drainNode = route("POST /api/v1/admin/nodes/:node/drain", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  body: emptyBody,
  answers: { 200: nodeAnswer },
  summary: "Let a node hand its actors over",
});

export const undrainNode = route("POST /api/v1/admin/nodes/:node/undrain", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  body: emptyBody,
  answers: { 200: nodeAnswer },
  summary: "Let a node take actors again",
});

export const listActors = route("GET /api/v1/admin/actors", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  query: t.Object(
    {
      node: t.Optional(t.String({ maxLength: 64, description: "name or incarnation of a node" })),
      awake: t.Optional(queryFlag),
      ...page,
    },
    strict,
  ),
  answers: { 200: pageOf(actorAnswer) },
  summary: "Actors, last claimed first",
});

export const locateChannel = route("GET /api/v1/admin/channels/:channel/where", {
  access: "admin",
  scope: "admin",
  limit: "admin",
  answers: { 200: whereAnswer },
  summary: "The node that owns a channel, and whether it answers",
});
