// The client of one nginx-rtmp: lists its publishers, drops a publisher, and reads what one has sent in the last minutes.

import type { Clock } from "#runtime/base/clock.ts";
import type { Ingest } from "#runtime/config/actor.ts";
import { recentFiles } from "./recent-files.ts";

/** `/stat` is read at most once in this time, however many channels ask. */
const STAT_FRESH_MS = 900;
const TIMEOUT_MS = 2_000;
const RECENT_WITHIN_MS = 10_000;
/** Between the clocks of nginx' machine and of the database. */
const CLOCKS_APART_MS = 5_000;

export interface IngestClient {
  /** Where our intake pulls a stream from. */
  pullUrl(publicName: string, channelId: string, token: string): string;
  /** Names of streams that have a publisher; empty when nginx does not run. Null: nginx does not answer. */
  publishing(options?: { fresh: boolean }): Promise<Set<string> | null>;
  /** The stream's publisher has sent an H.264 header. Null: the stream has no publisher, or nginx does not answer. */
  hasPicture(publicName: string): Promise<boolean | null>;
  /** Throws when nginx does not answer. */
  dropPublisher(publicName: string): Promise<void>;
  /** FLV files of what was published under that name in the last minutes, oldest first, back to `sinceMs` of wall time where there is as much;
   *  32 MiB at most. Throws when nginx does not answer. */
  recent(publicName: string, sinceMs: number): Promise<Uint8Array[]>;
}

/** By the id of the ingest. */
export interface Ingests {
  get(id: string): IngestClient | undefined;
}

export function createIngestClient({ rtmpUrl, controlUrl }: Ingest, clock: Clock): IngestClient {
  const app = new URL(rtmpUrl).pathname.slice(1);
  let read: { atMs: number; streams: Promise<Map<string, IngestStream> | null> } | undefined;

  const get = async (path: string) => {
    const response = await fetch(`${controlUrl}${path}`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const text = await response.text();
    if (!response.ok) throw new Error(`nginx answers ${response.status} on its control port`);
    return text;
  };
  const fileAt = async (path: string) => {
    const response = await fetch(`${controlUrl}${path}`, { signal: AbortSignal.timeout(RECENT_WITHIN_MS) });
    if (!response.ok) throw new Error(`nginx answers ${response.status} on its control port`);
    return response.bytes();
  };
  const drop = async (what: "publisher", fields: Record<string, string>) => {
    await get(`/control/drop/${what}?${new URLSearchParams({ app, ...fields })}`);
  };

  const stat = (fresh: boolean) => {
    if (!read || fresh || clock.monoMs() - read.atMs > STAT_FRESH_MS)
      read = {
        atMs: clock.monoMs(),
        streams: get("/stat").then(streamsOf, (error) => (isRefused(error) ? new Map() : null)),
      };
    return read.streams;
  };

  return {
    pullUrl: (publicName, channelId, token) => `${rtmpUrl}/${publicName}?channel=${channelId}&token=${token}`,
    async publishing({ fresh } = { fresh: false }) {
      const streams = await stat(fresh);
      return streams && new Set([...streams].flatMap(([name, { published }]) => (published ? [name] : [])));
    },
    async hasPicture(name) {
      const stream = (await stat(false))?.get(name);
      return stream?.published ? stream.hasPicture : null;
    },
    dropPublisher: (name) => drop("publisher", { name }),
    async recent(name, sinceMs) {
      const listed: unknown = JSON.parse(await get("/recent/"));
      const files = recentFiles(listed, { name, sinceMs: sinceMs - CLOCKS_APART_MS });
      return Promise.all(files.map((file) => fileAt(`/recent/${file}`)));
    },
  };
}

/** A refused connection means that nginx does not run and has no publishers. */
const isRefused = (error: unknown) => (error as { code?: unknown } | null)?.code === "ECONNREFUSED";

interface IngestStream {
  /** False for a stream that only our pull waits on. */
  published: boolean;
  hasPicture: boolean;
}

/** Streams of nginx-rtmp's `/stat`, by name. */
export function streamsOf(statXml: string): Map<string, IngestStream> {
  const streams = new Map<string, IngestStream>();
  for (const [, stream = ""] of statXml.matchAll(/<stream>([\s\S]*?)<\/stream>/g)) {
    const name = /<name>([^<]*)<\/name>/.exec(stream)?.[1];
    const hasPicture = stream.includes("<video>");
    if (name) streams.set(name, { published: stream.includes("<publishing/>"), hasPicture });
  }
  return streams;
}
