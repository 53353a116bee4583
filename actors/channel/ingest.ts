// One nginx-rtmp as its channels see it: who publishes there, and dropping a publisher or one of our own pulls.

import type { Clock } from "#runtime/clock.ts";
import type { Ingest } from "#runtime/config.ts";

/** `/stat` is read at most so often, however many channels ask. */
const STAT_FRESH_MS = 900;
const TIMEOUT_MS = 2_000;

export interface IngestClient {
  /** Where our FFmpeg pulls a stream from. */
  pullUrl(publicName: string, channelId: string, token: string): string;
  /** Names with a living publisher. Null: nginx does not answer. */
  publishing(options?: { fresh: boolean }): Promise<Set<string> | null>;
  /** Throws when nginx does not answer. */
  dropPublisher(publicName: string): Promise<void>;
  dropPull(publicName: string, clientId: string): Promise<void>;
}

export function createIngestClient({ rtmpUrl, controlUrl }: Ingest, clock: Clock): IngestClient {
  const app = new URL(rtmpUrl).pathname.slice(1);
  let read: { atMs: number; names: Promise<Set<string> | null> } | undefined;

  const get = async (path: string) => {
    const response = await fetch(`${controlUrl}${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await response.text();
    if (!response.ok) throw new Error(`nginx answers ${response.status} on its control port`);
    return text;
  };
  const drop = async (what: "publisher" | "client", fields: Record<string, string>) => {
    await get(`/control/drop/${what}?${new URLSearchParams({ app, ...fields })}`);
  };

  return {
    pullUrl: (publicName, channelId, token) => `${rtmpUrl}/${publicName}?channel=${channelId}&token=${token}`,
    publishing({ fresh } = { fresh: false }) {
      if (!read || fresh || clock.monoMs() - read.atMs > STAT_FRESH_MS)
        read = { atMs: clock.monoMs(), names: get("/stat").then(publishedNames, () => null) };
      return read.names;
    },
    dropPublisher: (name) => drop("publisher", { name }),
    dropPull: (name, clientid) => drop("client", { name, clientid }),
  };
}

/** Streams of nginx-rtmp's `/stat` that have a publisher; one with only our pull waiting on it does not count. */
export function publishedNames(statXml: string): Set<string> {
  const names = new Set<string>();
  for (const [, stream = ""] of statXml.matchAll(/<stream>([\s\S]*?)<\/stream>/g)) {
    const name = /<name>([^<]*)<\/name>/.exec(stream)?.[1];
    if (name && stream.includes("<publishing/>")) names.add(name);
  }
  return names;
}
