// The secrets of a system in containers: their names, and how missing ones are made.

/** Each is letters and digits: most of them become part of a URL. */
export const SECRET_NAMES = [
  "JWT_SECRET",
  "RESTREAM_SECRET",
  "POSTGRES_PASSWORD",
  "POSTGRES_NODE_PASSWORD",
  "NATS_EDGE_PASSWORD",
  "NATS_ACTOR_PASSWORD",
  "NATS_OPERATOR_PASSWORD",
  "REDIS_NODE_PASSWORD",
  "REDIS_OPERATOR_PASSWORD",
  "S3_ACCESS_KEY_ID",
  "S3_SECRET_ACCESS_KEY",
  "GRAFANA_PASSWORD",
  "BACKUP_CIPHER_PASS",
  "DEMO_PASSWORD",
  "TURN_SECRET",
] as const;

export type SecretName = (typeof SECRET_NAMES)[number];
export type Secrets = Record<SecretName, string>;

/** Of JWT_SECRET and RESTREAM_SECRET (runtime/config/). */
const LENGTH_MIN = 32;
/** Of POSTGRES_PASSWORD in the compose file of 2026, and so of databases that were made with it. */
const FORMER_DEFAULT = "live";

export class SecretFault extends Error {
  override readonly name = "SecretFault";
}

interface Known {
  /** Those of an earlier start. */
  kept: Partial<Secrets>;
  /** Those that the operator sets; they win. Empty counts as not set. */
  given: Partial<Record<SecretName, string | undefined>>;
}

/** Keeps what is known and makes the rest. Throws SecretFault with the names of wrong ones. */
export function completeSecrets({ kept, given }: Known, make: () => string = randomSecret): Secrets {
  const isFirst = Object.keys(kept).length === 0;
  // A system that ran before its secrets were kept here had to have a JWT_SECRET, and its database has the password that it was made with.
  const isOlder = isFirst && Boolean(given.JWT_SECRET) && !given.POSTGRES_PASSWORD;
  const former: Partial<Secrets> = isOlder ? { POSTGRES_PASSWORD: FORMER_DEFAULT } : {};
  const secrets = Object.fromEntries(
    SECRET_NAMES.map((name) => [name, given[name] || kept[name] || former[name] || make()]),
  ) as Secrets;
  const faults = SECRET_NAMES.flatMap((name) => faultOf(name, secrets[name]));
  if (faults.length > 0) throw new SecretFault(faults.join("\n"));
  return secrets;
}

function faultOf(name: SecretName, value: string): string[] {
  if (!/^[A-Za-z0-9]+$/.test(value)) return [`${name} may have only letters and digits`];
  const isShort = (name === "JWT_SECRET" || name === "RESTREAM_SECRET") && value.length < LENGTH_MIN;
  return isShort ? [`${name} must have at least ${LENGTH_MIN} characters`] : [];
}

const randomSecret = () => crypto.getRandomValues(Buffer.alloc(32)).toString("hex");
