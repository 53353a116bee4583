// The secrets as objects of Kubernetes: one for each service, mounted as files like those of compose.

import { OWNER } from "#ops/up/store-urls.ts";
import { natsPasswords, secretFiles } from "./files.ts";
import type { Secrets } from "./secrets.ts";

/** Names of Services in ops/k8s. */
const HOSTS = {
  postgres: "postgres-rw:5432",
  nats: ["nats-0.nats:4222", "nats-1.nats:4222", "nats-2.nats:4222"],
  redis: "redis:6379",
};

/** As JSON documents of a List, for `kubectl create -f -`. Not `apply`, which would keep the values in an annotation. */
export function kubernetesSecrets(secrets: Secrets, namespace: string): string {
  const { edge, actor, migrate, bucket, operator, redis, s3 } = secretFiles(secrets, HOSTS);
  const secret = (name: string, stringData: Record<string, string>, type = "Opaque") => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace },
    type,
    stringData,
  });
  const items = [
    ...Object.entries({ edge, actor, migrate, bucket, operator, redis, s3 }).map(([name, files]) =>
      secret(`${name}-secrets`, files),
    ),
    secret("nats-secrets", natsPasswords(secrets)),
    // As CloudNativePG wants them.
    secret("postgres-owner", { username: OWNER, password: secrets.POSTGRES_PASSWORD }, "kubernetes.io/basic-auth"),
  ];
  return JSON.stringify({ apiVersion: "v1", kind: "List", items }, null, 2);
}
