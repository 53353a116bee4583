// Health checks of services by HTTP and TCP, each limited to one second.

import { connect } from "node:net";

const ANSWER_WITHIN_MS = 1_000;

/** True for a 2xx answer. Throws when there is none. */
export async function httpHealthy(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  await response.arrayBuffer();
  return response.ok;
}

/** Sends `say` over TCP to loopback. True when the answer begins with `hear`; never throws. */
export function tcpHealthy({ port, say, hear }: { port: number; say: string; hear: string }): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const done = (healthy: boolean) => {
      socket.destroy();
      resolve(healthy);
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => done(false));
    socket.on("error", () => done(false));
    socket.on("connect", () => socket.write(say));
    socket.on("data", (data) => done(data.toString("latin1").startsWith(hear)));
  });
}
