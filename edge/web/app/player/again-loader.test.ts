// The loader that asks again, over one that is answered by hand.

import { expect, test } from "bun:test";
import type { HlsConfig, Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext, LoaderStats } from "hls.js";
import { againLoaderClass } from "./again-loader.ts";

const newStats = (): LoaderStats => ({
  ...{ aborted: false, loaded: 0, retry: 0, total: 0, chunkCount: 0, bwEstimate: 0 },
  loading: { start: 0, first: 0, end: 0 },
  parsing: { start: 0, end: 0 },
  buffering: { start: 0, first: 0, end: 0 },
});

function loading() {
  const asked: HandLoader[] = [];
  class HandLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null;
    stats = newStats();
    state: "asked" | "aborted" | "destroyed" = "asked";
    callbacks: LoaderCallbacks<LoaderContext> | null = null;
    load(context: LoaderContext, _: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>) {
      Object.assign(this, { context, callbacks });
      asked.push(this);
    }
    abort() {
      this.state = "aborted";
      this.callbacks?.onAbort?.(this.stats, this.context!, null);
    }
    destroy() {
      this.state = "destroyed";
    }
    begin() {
      this.stats.loading.first = 7;
    }
    answer(data: string) {
      this.begin();
      this.stats.loaded = data.length;
      this.callbacks!.onSuccess({ url: this.context!.url, data, code: 200 }, this.stats, this.context!, null);
    }
    fail() {
      this.callbacks!.onError({ code: 502, text: "" }, this.context!, null, this.stats);
    }
  }
  const told: unknown[] = [];
  const loader = new (againLoaderClass(HandLoader))({} as HlsConfig);
  const context = { url: "http://x/live/ada/source.m3u8?_HLS_msn=4", responseType: "" } as LoaderContext;
  const { stats } = loader;
  loader.load(context, {} as LoaderConfiguration, {
    onSuccess: ({ data, url }, given, { url: of }) => told.push([data, url, of, given === stats, given.loaded]),
    onError: ({ code }) => told.push(code),
    onTimeout: () => told.push("timeout"),
    onAbort: () => told.push("aborted"),
  });
  return { asked, told, loader, url: context.url, urls: () => asked.map(({ context }) => context!.url) };
}

test("what is answered in time is asked for once", async () => {
  const { asked, told, url } = loading();
  asked[0]!.answer("playlist");
  await Bun.sleep(1_700);
  expect([told, asked.length]).toEqual([[["playlist", url, url, true, 8]], 1]);
});

test("without an answer it asks again, under another address, and the first answer counts", async () => {
  const { asked, told, url, urls } = loading();
  await Bun.sleep(1_700);
  expect(urls()).toEqual([url, `${url}&again=1`]);
  asked[1]!.begin();
  await Bun.sleep(150);
  expect(asked.map(({ state }) => state)).toEqual(["destroyed", "asked"]);
  asked[1]!.answer("again");
  expect(told).toEqual([["again", url, url, true, 5]]);
});

test("one that fails is not told while another may be answered, and the last one is", async () => {
  const { asked, told } = loading();
  await Bun.sleep(1_700);
  asked[0]!.fail();
  expect(told).toEqual([]);
  asked[1]!.fail();
  expect(told).toEqual([502]);
});

test("an abort ends all requests, and is told once", async () => {
  const { asked, told, loader } = loading();
  await Bun.sleep(1_700);
  loader.abort();
  expect([told, asked.map(({ state }) => state)]).toEqual([["aborted"], ["aborted", "destroyed"]]);
  await Bun.sleep(1_200);
  expect(asked.length).toBe(2);
});
