// For tests: the made-up channel on air, with blocking reload, delta updates and hints. It can be told to break a rule.

import { MULTIVARIANT, mediaPlaylistAt, RENDITIONS } from "./testing-channel.ts";

const FROM_PARTS = 200;
const PARTS_A_SEGMENT = 10;

interface TestingServerOptions {
  /** Time between two parts: less than the channel says, so that tests are short. */
  partMs: number;
  /** Changes a media playlist. */
  playlist?(text: string, rendition: string): string;
  /** Answers a request for media; null: as usual. */
  media?(path: string): Response | null;
}

export interface TestingServer {
  /** URL of a path: `index.m3u8`, `source.m3u8`. */
  url(path: string): URL;
  stop(): void;
}

export function serveTestingChannel(options: TestingServerOptions): TestingServer {
  const { partMs, playlist = (text) => text, media = () => null } = options;
  const startMs = performance.now();
  const parts = () => FROM_PARTS + Math.floor((performance.now() - startMs) / partMs);
  const reached = async (segment: number, part: number) => {
    while (parts() < segment * PARTS_A_SEGMENT + part + 1) await Bun.sleep(2);
  };
  const list = async (rendition: string, query: URLSearchParams) => {
    const [msn, part] = [query.get("_HLS_msn"), query.get("_HLS_part")];
    if (msn !== null) await reached(Number(msn), Number(part ?? PARTS_A_SEGMENT - 1));
    const text = mediaPlaylistAt({ rendition, parts: parts(), skip: query.get("_HLS_skip") === "YES" });
    return answer(playlist(text, rendition));
  };
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      const rendition = RENDITIONS.find((name) => pathname === `/${name}.m3u8`);
      if (rendition) return list(rendition, searchParams);
      if (pathname === "/index.m3u8") return answer(MULTIVARIANT);
      const [, segment, part] = /\/p(\d+)-(\d+)\.m4s$/.exec(pathname) ?? [];
      if (segment) await reached(Number(segment), Number(part));
      return media(pathname) ?? new Response(pathname.repeat(50));
    },
  });
  return {
    url: (path) => new URL(`http://127.0.0.1:${server.port}/${path}`),
    stop: () => void server.stop(true),
  };
}

const answer = (text: string) => new Response(text, { headers: { "content-type": "application/vnd.apple.mpegurl" } });
