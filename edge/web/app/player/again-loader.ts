// The loader of hls.js that asks a second time where the first request gets no answer: the machine that has it may be down, without having closed
// the connection, and a balancer sends the second one to another. Whichever answers first counts.

import type {
  HlsConfig,
  Loader,
  LoaderCallbacks,
  LoaderConfiguration,
  LoaderContext,
  LoaderResponse,
  LoaderStats,
} from "hls.js";
import { after, steadyMs } from "../clock.ts";

export type LoaderClass = new (config: HlsConfig) => Loader<LoaderContext>;

/** Without a first byte for so long it asks again, and again: the next ones may meet the same machine, over a connection that the balancer has
 *  kept. The first is longer than a playlist or a part makes anybody wait while its channel is on air. */
const AGAIN_AFTER_MS = [1_500, 1_000, 1_000];
/** How soon the other requests end once one gets its answer: until then they may load the same bytes. */
const LOOK_EVERY_MS = 50;

export function againLoaderClass(Base: LoaderClass): LoaderClass {
  return class AgainLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null;
    /** hls.js holds these from the start: those of the request that counts are copied into them. */
    readonly stats: LoaderStats;
    /** Requests under way. */
    private asked: Loader<LoaderContext>[];
    /** The one that counts, or the first. */
    private counts: Loader<LoaderContext>;
    private cancel = () => {};

    constructor(private readonly config: HlsConfig) {
      this.counts = new Base(config);
      this.asked = [this.counts];
      this.stats = this.counts.stats;
    }

    load(context: LoaderContext, config: LoaderConfiguration, callbacks: LoaderCallbacks<LoaderContext>) {
      this.context = context;
      this.askBy(this.counts, context, config, callbacks);
      this.watch([...AGAIN_AFTER_MS], (time) => {
        const again = new Base(this.config);
        this.asked.push(again);
        const url = new URL(context.url, globalThis.location?.href);
        // Under an address of its own: browsers and caches let requests for the same one wait for each other.
        url.searchParams.set("again", String(time));
        this.askBy(again, { ...context, url: url.href }, config, callbacks);
      });
    }

    abort() {
      this.cancel();
      const [first, ...others] = this.asked;
      for (const other of others) other.destroy();
      this.asked = [];
      first?.abort();
    }

    destroy() {
      this.cancel();
      for (const loader of this.asked) loader.destroy();
      this.asked = [];
    }

    getCacheAge = () => this.counts.getCacheAge?.() ?? null;
    getResponseHeader = (name: string) => this.counts.getResponseHeader?.(name) ?? null;

    private askBy(
      loader: Loader<LoaderContext>,
      context: LoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ) {
      const given = this.context!;
      const over = (tell: () => void) => {
        this.settle(loader);
        tell();
      };
      /** Another request may still be answered. */
      const failed = (tell: () => void) => {
        if (!this.asked.includes(loader)) return;
        if (this.asked.length === 1) return over(tell);
        this.asked = this.asked.filter((one) => one !== loader);
        loader.destroy();
      };
      const { onProgress } = callbacks;
      const progress: LoaderCallbacks<LoaderContext>["onProgress"] = (_stats, _context, data, details) => {
        if (this.asked.length === 1) onProgress?.(this.stats, given, data, details);
      };
      loader.load(context, config, {
        onSuccess: (response: LoaderResponse, _stats, _context, details) =>
          over(() => {
            const asked = { ...response, url: context.url === given.url ? response.url : given.url };
            callbacks.onSuccess(asked, this.stats, given, details);
          }),
        onError: (error, _context, details, stats) => failed(() => callbacks.onError(error, given, details, stats)),
        onTimeout: (stats, _context, details) => failed(() => callbacks.onTimeout(stats, given, details)),
        onAbort: (stats, _context, details) => callbacks.onAbort?.(stats, given, details),
        ...(onProgress && { onProgress: progress }),
      });
    }

    /** Asks again after each of these times, and ends the other requests as soon as one gets its answer. */
    private watch(afterMs: number[], askAgain: (time: number) => void) {
      const [nextMs] = afterMs;
      const sinceMs = steadyMs();
      const look = () => {
        const answered = this.asked.find(({ stats }) => stats.loading.first > 0);
        if (answered) return this.settle(answered);
        if (nextMs !== undefined && steadyMs() - sinceMs >= nextMs) {
          askAgain(AGAIN_AFTER_MS.length - afterMs.length + 1);
          return this.watch(afterMs.slice(1), askAgain);
        }
        if (this.asked.length > 1) this.cancel = after(LOOK_EVERY_MS, look);
      };
      this.cancel = after(this.asked.length > 1 ? LOOK_EVERY_MS : nextMs!, look);
    }

    private settle(loader: Loader<LoaderContext>) {
      this.cancel();
      for (const other of this.asked) if (other !== loader) other.destroy();
      this.asked = [loader];
      this.counts = loader;
      if (loader.stats !== this.stats) Object.assign(this.stats, loader.stats);
    }
  };
}
