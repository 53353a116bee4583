// Prints base/nats.conf: the configuration of NATS in Kubernetes, a cluster of three.

import { natsLimits } from "#ops/up/services/nats.ts";
import { natsAuthorization } from "#ops/up/services/nats-users.ts";

const SERVERS = 3;

export function kubernetesNatsConf(): string {
  const routes = Array.from({ length: SERVERS }, (_, index) => `"nats://nats-${index}.nats:6222"`);
  return `# Printed by ops/k8s/nats-conf.ts. The server reads the passwords from its environment, each in double quotes.
port: 4222
http: "0.0.0.0:8222"
# A server that stops sends its clients elsewhere, one by one, for this long.
lame_duck_duration: "30s"
lame_duck_grace_period: "5s"
cluster {
  name: "live"
  port: 6222
  routes: [${routes.join(", ")}]
}
${natsLimits}
${natsAuthorization()}`;
}

if (import.meta.main) process.stdout.write(kubernetesNatsConf());
