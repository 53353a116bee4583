// A listener to which no process has a reason to connect: every connection is the result of an attack.

import { HAS_IPV6 } from "../support/balancer.ts";

export interface Canary {
  port: number;
  /** Connections so far. */
  hits(): number;
  stop(): Promise<void>;
}

export async function startCanary(): Promise<Canary> {
  let hits = 0;
  const listen = (hostname: string, port: number) =>
    Bun.listen({
      hostname,
      port,
      socket: {
        open(socket) {
          hits++;
          socket.end();
        },
        data() {},
      },
    });
  const four = listen("127.0.0.1", 0);
  const six = HAS_IPV6 ? listen("::1", four.port) : null;
  return {
    port: four.port,
    hits: () => hits,
    async stop() {
      four.stop(true);
      six?.stop(true);
    },
  };
}
