// How each kind of process reaches the stores of a data folder: as a user of its own, with that user's password.

import type { Secrets } from "./data-folder.ts";

/** Edges, actor nodes, and whoever administers: the supervisor, the operator's tools, tests. */
export type Who = "edge" | "actor" | "operator";

interface Place {
  /** Default: loopback. */
  host?: string;
  port: number;
}

/** Of the bundled PostgreSQL: database, its owner (superuser), and the role of nodes (schema/node-role.ts). */
export const DATABASE = "live";
export const OWNER = "live";
export const NODE_ROLE = "node";

const addressOf = ({ host = "127.0.0.1", port }: Place) => `${host}:${port}`;

export const databaseUrl = (secrets: Secrets, who: Who, place: Place) =>
  who === "operator"
    ? `postgres://${OWNER}:${secrets.databasePassword}@${addressOf(place)}/${DATABASE}`
    : `postgres://${NODE_ROLE}:${secrets.nodeDatabasePassword}@${addressOf(place)}/${DATABASE}`;

export const natsUrl = (secrets: Secrets, who: Who, place: Place) =>
  `nats://${who}:${natsPasswords(secrets)[who]}@${addressOf(place)}`;

export const redisUrl = (secrets: Secrets, who: Who, place: Place) => {
  const user = who === "operator" ? "operator" : "node";
  return `redis://${user}:${redisPasswords(secrets)[user]}@${addressOf(place)}`;
};

/** By user, as services/nats.ts takes them. */
export const natsPasswords = (secrets: Secrets) => ({
  edge: secrets.natsEdgePassword,
  actor: secrets.natsActorPassword,
  operator: secrets.natsOperatorPassword,
});

/** By user, as services/redis.ts takes them. */
export const redisPasswords = (secrets: Secrets) => ({
  node: secrets.redisNodePassword,
  operator: secrets.redisOperatorPassword,
});
