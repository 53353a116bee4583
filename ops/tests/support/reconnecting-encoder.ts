// An encoder that reconnects like OBS: one second after a cut it publishes again, at the next server if it has several.

import { type Publisher, startPublisher } from "./publisher.ts";

const AGAIN_MS = 1_000;

interface ReconnectingOptions {
  /** Servers `rtmp://host:port/live`, tried one after the other. */
  servers: string[];
  key: string;
}

export interface ReconnectingPublisher {
  /** Number of starts. */
  readonly starts: number;
  errors(): string;
  /** Ends it by `kill -9`, for good. May be called twice. */
  kill(): Promise<void>;
}

export async function startReconnecting({ servers, key }: ReconnectingOptions): Promise<ReconnectingPublisher> {
  let starts = 0;
  let ended = false;
  const errors: string[] = [];
  const begin = () => startPublisher({ server: servers[starts++ % servers.length]!, key });
  let current: Publisher = await begin();
  const keep = async () => {
    while (!ended) {
      await current.exited;
      errors.push(current.errors());
      if (ended) return;
      await Bun.sleep(AGAIN_MS);
      if (!ended) current = await begin();
    }
  };
  const kept = keep();
  return {
    get starts() {
      return starts;
    },
    errors: () => errors.join("\n"),
    async kill() {
      ended = true;
      await current.kill();
      await kept;
      await current.kill(); // A new process may have started in between.
    },
  };
}
