// Requests and answers below `/api/v1/admin` (contract §2): what operators see of nodes and actors. `npm run ops` prints the same.

import { t } from "elysia";
import { page, strict } from "./fields.ts";

const yes = t.Union([t.Literal("true"), t.Literal("false"), t.Literal("")], { description: "true or false" });

export const adminNodesQuery = t.Object({ all: t.Optional(yes) }, strict);

export const adminActorsQuery = t.Object(
  {
    node: t.Optional(t.String({ maxLength: 64, description: "name or incarnation of a node" })),
    awake: t.Optional(yes),
    ...page,
  },
  strict,
);

/**
 * `up`: seen within 10 s. `draining`: up, and handing its actors over. `silent`: not seen for 10 s and never said goodbye: dead,
 * paused or cut off. `left`: said goodbye.
 */
export type NodeStanding = "up" | "draining" | "silent" | "left";

/** One boot of an actor node. */
export interface NodeView {
  name: string;
  kind: "actor";
  incarnation: string;
  /** `http://host:port` of its internal port. */
  address: string;
  standing: NodeStanding;
  draining: boolean;
  /** FFmpeg processes it may run, and how many slots are in use; a busy machine counts as used. */
  slots: number;
  used: number;
  /** Actors whose row names it. */
  actors: number;
  /** Claims it has won since its start, each of which bumped an epoch; null when it does not tell. */
  epochBumps: number | null;
  /** Actors it lost to others since its start; null when it does not tell. */
  fenced: number | null;
  /** By the database's clock. */
  seenAgoMs: number;
  startedAt: string;
  upMs: number;
}

/**
 * `awake`: a living node owns it. `asleep`: costs its row. `due`: must be awake and nobody owns it. `orphaned`: its row names a node
 * that is dead or gone; that is mended when somebody asks for it, or at once when it is due.
 */
export type ActorStanding = "awake" | "asleep" | "due" | "orphaned";

export interface ActorView {
  kind: string;
  key: string;
  /** Of the channel; null for what is none, or is gone. */
  login: string | null;
  epoch: number;
  version: number;
  standing: ActorStanding;
  /** Name and incarnation of the owner its row names. */
  node: string | null;
  incarnation: string | null;
  /** As saved: `offline`, `starting`, `live`, `lost`, …; null before the first save. */
  phase: string | null;
  wakeAt: string | null;
  claimedAt: string;
  savedAt: string;
}

/** What came back from asking the owner, without waking anybody. */
export type OwnerAnswer =
  | { answered: true; tookMs: number; incarnation: string; epoch: number; phase: string | null }
  /** `code`: `no_responders` (nobody listens: asleep, or its node is gone), `timeout`, `disconnected`, or a refusal's. */
  | { answered: false; tookMs: number; code: string };

export interface WhereView {
  channel: { id: string; login: string };
  /** Null: it was never awake. */
  actor: ActorView | null;
  /** Of the owner; null while it sleeps. */
  address: string | null;
  broadcastId: string | null;
  /** Highest segment number that is saved as opened. */
  headNumber: number | null;
  /** FFmpeg processes of this session so far. */
  attempt: number | null;
  savedAgoMs: number | null;
  claimedAgoMs: number | null;
  answer: OwnerAnswer;
  /**
   * `answers`: the owner the row names answered with the row's epoch. `asleep`: nobody needs to answer. `moving`: row and answer
   * disagree; for some seconds that is a take-over. `silent`: a living node should answer and does not. `unowned`: it must be awake and is not. `unknown`: NATS is away, so nobody could be asked.
   */
  verdict: "answers" | "asleep" | "moving" | "silent" | "unowned" | "unknown";
}
