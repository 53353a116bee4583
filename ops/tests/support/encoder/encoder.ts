// Sends a programme at its pace over one RTMP connection.

import type { TimedTag } from "./programme.ts";
import { connectPublisher } from "./rtmp-publisher.ts";

/** Tags due within this time of now are sent at once: timers are no better. */
const EARLY_MS = 3;

interface EncoderOptions {
  /** `rtmp://host:port/app`. */
  server: string;
  key: string;
  tags: Iterable<TimedTag>;
  /** Keeps the connection open when the programme is over. Default: closes it. */
  staying?: boolean;
}

export interface Encoder {
  /** Milliseconds of the programme so far. */
  readonly sentMs: number;
  /** Largest delay behind the programme so far, ms: the machine was busy. */
  readonly lateMs: number;
  /** Resolves when the programme is over, or when the connection is. */
  ended: Promise<"over" | "closed">;
  /** Resolves when the connection is closed. */
  closed: Promise<void>;
  /** Ends the stream properly. May be called twice. */
  close(): Promise<void>;
  /** Resets the connection, as a network does. */
  stop(): void;
}

/** Resolves when the server lets it publish. Rejects when there is no server. */
export async function startEncoder({ server, key, tags, staying = false }: EncoderOptions): Promise<Encoder> {
  const publisher = await connectPublisher({ server, key });
  const startMs = performance.now();
  let sentMs = 0;
  let lateMs = 0;
  const send = async (): Promise<"over" | "closed"> => {
    for (const tag of tags) {
      const waitMs = tag.dueMs - (performance.now() - startMs);
      if (waitMs > EARLY_MS) await Bun.sleep(waitMs);
      if (!publisher.open) return "closed";
      publisher.send(tag);
      sentMs = tag.dueMs;
      lateMs = Math.max(lateMs, -waitMs);
    }
    if (staying) await publisher.closed;
    publisher.close();
    return "over";
  };
  return {
    get sentMs() {
      return sentMs;
    },
    get lateMs() {
      return lateMs;
    },
    ended: send(),
    closed: publisher.closed,
    async close() {
      publisher.close();
      await publisher.closed;
    },
    stop: () => publisher.stop(),
  };
}
