// The loader of hls.js that answers from what was fetched early, and else asks the server. It reports PART-TARGET before hls.js reads a playlist.

import type { HlsConfig, Loader, LoaderCallbacks, LoaderConfiguration, LoaderContext } from "hls.js";
import type { EarlyAnswer } from "./answer.ts";
import { partTargetSeconds } from "./first-requests.ts";
import type { EarlyMedia } from "./media.ts";

type LoaderClass = new (config: HlsConfig) => Loader<LoaderContext>;

interface EarlyLoaderOptions {
  /** The loader of hls.js itself. */
  Base: LoaderClass;
  /** Null: nothing was fetched early. */
  early: EarlyMedia | null;
  /** Called before hls.js reads a media playlist, because hls.js chooses its start position at once. */
  onPlaylist(partSeconds: number): void;
}

export function earlyLoaderClass({ Base, early, onPlaylist }: EarlyLoaderOptions): LoaderClass {
  return class EarlyLoader implements Loader<LoaderContext> {
    context: LoaderContext | null = null;
    private readonly base: Loader<LoaderContext>;
    private callbacks: LoaderCallbacks<LoaderContext> | null = null;

    constructor(config: HlsConfig) {
      this.base = new Base(config);
    }

    get stats() {
      return this.base.stats;
    }

    load(context: LoaderContext, config: LoaderConfiguration, given: LoaderCallbacks<LoaderContext>) {
      this.context = context;
      const callbacks = announcing(given, onPlaylist);
      const taken = context.rangeEnd ? null : (early?.take(context.url) ?? null);
      if (!taken) {
        this.base.load(context, config, callbacks);
        return;
      }
      this.callbacks = callbacks;
      void taken.then((answer) => {
        if (!this.callbacks) return; // Aborted.
        this.callbacks = null;
        if (answer) this.give(answer, context, callbacks);
        else this.base.load(context, config, callbacks);
      });
    }

    abort() {
      const { callbacks, context, stats } = this;
      this.callbacks = null;
      if (callbacks && context) {
        stats.aborted = true;
        callbacks.onAbort?.(stats, context, null);
      } else this.base.abort();
    }

    destroy() {
      this.callbacks = null;
      this.base.destroy();
    }

    getCacheAge = () => this.base.getCacheAge?.() ?? null;
    getResponseHeader = (name: string) => this.base.getResponseHeader?.(name) ?? null;

    private give(answer: EarlyAnswer, context: LoaderContext, callbacks: LoaderCallbacks<LoaderContext>) {
      const { stats } = this;
      // True times: hls.js dates the playlist by them, and measures the bandwidth.
      stats.loading = { start: answer.startedMs, first: answer.firstByteMs, end: answer.endedMs };
      stats.loaded = answer.bytes.byteLength;
      stats.total = answer.bytes.byteLength;
      const data = context.responseType === "arraybuffer" ? answer.bytes : new TextDecoder().decode(answer.bytes);
      callbacks.onProgress?.(stats, context, data, null);
      callbacks.onSuccess({ url: answer.url, data, code: 200 }, stats, context, null);
    }
  };
}

function announcing(
  callbacks: LoaderCallbacks<LoaderContext>,
  onPlaylist: (partSeconds: number) => void,
): LoaderCallbacks<LoaderContext> {
  return {
    ...callbacks,
    onSuccess(response, stats, context, networkDetails) {
      const seconds = typeof response.data === "string" ? partTargetSeconds(response.data) : null;
      if (seconds !== null) onPlaylist(seconds);
      callbacks.onSuccess(response, stats, context, networkDetails);
    },
  };
}
