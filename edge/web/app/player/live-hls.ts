// Makes the hls.js that plays a broadcast: its configuration, its loader and its stream controller. Loaded with hls.js.

import type { default as Hls, HlsConfig } from "hls.js";
import { againLoaderClass } from "./again-loader.ts";
import { earlyLoaderClass } from "./early/loader.ts";
import type { EarlyMedia } from "./early/media.ts";
import { hlsConfig } from "./hls-config.ts";
import type { Replay } from "./replay.ts";
import { streamControllerClass } from "./stream-controller.ts";

interface LiveHlsOptions {
  early: EarlyMedia | null;
  /** Null: the live edge. */
  replay: Replay | null;
  /** Null: the live edge, or where the replay says. */
  startPosition: number | null;
  /** See EarlyLoaderOptions. */
  onPlaylist(partSeconds: number): void;
}

export function makeLiveHls(HlsClass: typeof Hls, { early, replay, startPosition, onPlaylist }: LiveHlsOptions): Hls {
  const loader = earlyLoaderClass({ Base: againLoaderClass(HlsClass.DefaultConfig.loader), early, onPlaylist });
  const streamController = streamControllerClass(HlsClass.DefaultConfig.streamController);
  return new HlsClass({
    ...{ ...hlsConfig, loader, streamController },
    ...(startPosition !== null && { startPosition }),
    ...replay?.config(streamController),
  } as Partial<HlsConfig>);
}
