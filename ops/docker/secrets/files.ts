// Who gets which secret, in which form: files for each service, of what it needs and nothing else.

import { natsLimits } from "#ops/up/services/nats.ts";
import { type NatsUser, natsAuthorization, passwordVariable } from "#ops/up/services/nats-users.ts";
import { redisAcl } from "#ops/up/services/redis-users.ts";
import { DATABASE, NODE_ROLE, OWNER } from "#ops/up/store-urls.ts";
import type { Secrets } from "./secrets.ts";

/** Hosts with ports, as services reach the stores. */
export interface StoreHosts {
  postgres: string;
  /** One or more servers of a cluster. */
  nats: string[];
  redis: string;
}

/** File name → text. The names are those of settings in lower case: `DATABASE_URL_FILE=/run/secrets/database-url`. */
type Files = Record<string, string>;

const NATS_PASSWORDS = {
  edge: "NATS_EDGE_PASSWORD",
  actor: "NATS_ACTOR_PASSWORD",
  operator: "NATS_OPERATOR_PASSWORD",
} as const;

/** Files of each service. */
export function secretFiles(secrets: Secrets, hosts: StoreHosts) {
  const database = (user: string, password: string) => `postgres://${user}:${password}@${hosts.postgres}/${DATABASE}`;
  const ownerUrl = database(OWNER, secrets.POSTGRES_PASSWORD);
  const nodeUrl = database(NODE_ROLE, secrets.POSTGRES_NODE_PASSWORD);
  const natsUrl = (user: NatsUser) =>
    hosts.nats.map((host) => `nats://${user}:${secrets[NATS_PASSWORDS[user]]}@${host}`).join(",");
  const redisUrl = (user: "node" | "operator", password: string) => `redis://${user}:${password}@${hosts.redis}`;
  const objects = {
    "s3-access-key-id": secrets.S3_ACCESS_KEY_ID,
    "s3-secret-access-key": secrets.S3_SECRET_ACCESS_KEY,
  };
  const node = (user: "edge" | "actor") => ({
    "database-url": nodeUrl,
    "nats-url": natsUrl(user),
    "redis-url": redisUrl("node", secrets.REDIS_NODE_PASSWORD),
    ...objects,
  });
  return {
    edge: { ...node("edge"), "jwt-secret": secrets.JWT_SECRET, "turn-secret": secrets.TURN_SECRET },
    actor: { ...node("actor"), "restream-secret": secrets.RESTREAM_SECRET },
    migrate: { "database-url": ownerUrl, "node-database-url": nodeUrl },
    bucket: objects,
    operator: {
      "database-url": ownerUrl,
      "nats-url": natsUrl("operator"),
      "redis-url": redisUrl("operator", secrets.REDIS_OPERATOR_PASSWORD),
      ...objects,
    },
    backup: { "cipher-pass": secrets.BACKUP_CIPHER_PASS },
    postgres: { password: secrets.POSTGRES_PASSWORD },
    nats: { "nats.conf": natsConf(secrets) },
    redis: {
      "users.acl": redisAcl({ node: secrets.REDIS_NODE_PASSWORD, operator: secrets.REDIS_OPERATOR_PASSWORD }),
      "node-password": secrets.REDIS_NODE_PASSWORD, // For the health check.
    },
    s3: { "s3.json": s3Identities(secrets) },
    grafana: { password: secrets.GRAFANA_PASSWORD },
    demo: { "demo-password": secrets.DEMO_PASSWORD },
    coturn: { "turn.conf": `use-auth-secret\nstatic-auth-secret=${secrets.TURN_SECRET}\n` },
  } satisfies Record<string, Files>;
}

/** Passwords of NATS' users as its configuration needs them: quoted, since it reads bare digits as a number. */
export const natsPasswords = (secrets: Secrets): Files =>
  Object.fromEntries(
    Object.entries(NATS_PASSWORDS).map(([user, name]) => [passwordVariable(user as NatsUser), `"${secrets[name]}"`]),
  );

/** The server's whole configuration: its image has no shell that could put passwords together with the rest. */
function natsConf(secrets: Secrets): string {
  const passwords = Object.entries(natsPasswords(secrets)).map(([name, value]) => `${name}: ${value}`);
  return `${passwords.join("\n")}\nport: 4222\nhttp: "127.0.0.1:8222"\n${natsLimits}\n${natsAuthorization()}`;
}

/** Of SeaweedFS (`-s3.config`). */
function s3Identities(secrets: Secrets): string {
  const credentials = [{ accessKey: secrets.S3_ACCESS_KEY_ID, secretKey: secrets.S3_SECRET_ACCESS_KEY }];
  return JSON.stringify({ identities: [{ name: "live", credentials, actions: ["Admin"] }] });
}
