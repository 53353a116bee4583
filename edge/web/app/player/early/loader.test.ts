// The loader that answers hls.js from what was fetched early.

import { afterAll, expect, test } from "bun:test";
import type { HlsConfig, Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext, LoaderStats } from "hls.js";
import { earlyLoaderClass } from "./loader.ts";
import { EarlyMedia } from "./media.ts";

const PLAYLIST = `#EXTM3U\n#EXT-X-PART-INF:PART-TARGET=0.2\n#EXT-X-PART:DURATION=0.2,URI="p1.m4s",INDEPENDENT=YES\n`;
const FILES: Record<string, string> = {
  "/live/ada/index.m3u8": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=3000000\nsource.m3u8\n",
  "/live/ada/source.m3u8": PLAYLIST,
};
const server = Bun.serve({
  port: 0,
  fetch: (request) => new Response(FILES[new URL(request.url).pathname] ?? "part"),
});
const base = `http://localhost:${server.port}/`;
afterAll(() => server.stop(true));

const newStats = (): LoaderStats => ({
  aborted: false,
  loaded: 0,
  retry: 0,
  total: 0,
  chunkCount: 0,
  bwEstimate: 0,
  loading: { start: 0, first: 0, end: 0 },
  parsing: { start: 0, end: 0 },
  buffering: { start: 0, first: 0, end: 0 },
});

/** Stands for the loader of hls.js: it answers "asked" to everything. */
class Asking implements Loader<LoaderContext> {
  context: LoaderContext | null = null;
  stats = newStats();
  load(context: LoaderContext, _: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>) {
    callbacks.onSuccess({ url: context.url, data: "asked", code: 200 }, this.stats, context, null);
  }
  abort() {}
  destroy() {}
}

/** The answer that hls.js gets: its data and its statistics; null: aborted. */
function load(early: EarlyMedia | null, path: string, { abort = false, parts = [] as number[] } = {}) {
  const LoaderClass = earlyLoaderClass({ Base: Asking, early, onPlaylist: (seconds) => parts.push(seconds) });
  const loader = new LoaderClass({} as HlsConfig);
  const context = { url: new URL(path, base).href, responseType: "", type: "level" } as unknown as LoaderContext;
  return new Promise<{ data: unknown; stats: LoaderStats } | null>((resolve) => {
    loader.load(context, {} as LoaderConfiguration, {
      onSuccess: ({ data }, stats) => resolve({ data, stats }),
      onError: () => {},
      onTimeout: () => {},
      onAbort: () => resolve(null),
    });
    if (abort) loader.abort();
  });
}

async function fetched(): Promise<EarlyMedia> {
  const early = new EarlyMedia("/live/ada/index.m3u8", base);
  while (early.variantUrl === null) await Bun.sleep(5);
  return early;
}

test("what was fetched is given with its true times, and PART-TARGET is told before hls.js reads the playlist", async () => {
  const parts: number[] = [];
  const given = await load(await fetched(), "/live/ada/source.m3u8", { parts });
  expect(given?.data).toBe(PLAYLIST);
  expect(given?.stats.loaded).toBe(PLAYLIST.length);
  const { start, first, end } = given!.stats.loading;
  expect(start).toBeGreaterThan(0);
  expect(first).toBeGreaterThanOrEqual(start);
  expect(end).toBeGreaterThanOrEqual(first);
  expect(parts).toEqual([0.2]);
});

test("everything else is asked for: a second time, another URL, and without early media", async () => {
  const early = await fetched();
  await load(early, "/live/ada/source.m3u8");
  expect((await load(early, "/live/ada/source.m3u8"))?.data).toBe("asked");
  expect((await load(early, "/live/ada/480p.m3u8"))?.data).toBe("asked");
  expect((await load(null, "/live/ada/index.m3u8"))?.data).toBe("asked");
});

test("an abort while the early answer is on its way is told, and the answer is dropped", async () => {
  expect(await load(await fetched(), "/live/ada/source.m3u8", { abort: true })).toBeNull();
});
