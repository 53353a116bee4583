// The URLs by which each kind of process reaches the stores of a data folder, each as its own user.

import type { Secrets } from "./data-folder.ts";

/** `operator` is for administration: the supervisor, the operator's tool, tests. */
export type StoreUser = "edge" | "actor" | "operator";

interface Place {
  /** Default: loopback. */
  host?: string;
  port: number;
}

/** Names in the bundled PostgreSQL: the database, its owner (a superuser), and the role of nodes (schema/node-role.ts). */
export const DATABASE = "live";
export const OWNER = "live";
export const NODE_ROLE = "node";

const addressOf = ({ host = "127.0.0.1", port }: Place) => `${host}:${port}`;

export const databaseUrl = (secrets: Secrets, user: StoreUser, place: Place) =>
  user === "operator"
    ? `postgres://${OWNER}:${secrets.databasePassword}@${addressOf(place)}/${DATABASE}`
    : `postgres://${NODE_ROLE}:${secrets.nodeDatabasePassword}@${addressOf(place)}/${DATABASE}`;

export const natsUrl = (secrets: Secrets, user: StoreUser, place: Place) =>
  `nats://${user}:${natsPasswords(secrets)[user]}@${addressOf(place)}`;

export const redisUrl = (secrets: Secrets, user: StoreUser, place: Place) => {
  const redisUser = user === "operator" ? "operator" : "node";
  return `redis://${redisUser}:${redisPasswords(secrets)[redisUser]}@${addressOf(place)}`;
};

/** Passwords of the users of NATS, for services/nats.ts. */
export const natsPasswords = (secrets: Secrets) => ({
  edge: secrets.natsEdgePassword,
  actor: secrets.natsActorPassword,
  operator: secrets.natsOperatorPassword,
});

/** Passwords of the users of Redis, for services/redis.ts. */
export const redisPasswords = (secrets: Secrets) => ({
  node: secrets.redisNodePassword,
  operator: secrets.redisOperatorPassword,
});

/** Keys of the bundled S3 server: one pair, for nodes and for the operator. */
export const s3Keys = (secrets: Secrets) => ({
  accessKeyId: secrets.s3AccessKeyId,
  secretAccessKey: secrets.s3SecretAccessKey,
});
