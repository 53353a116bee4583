// The thumbnails of a broadcast that is on air. They stand beside the media in its packager, for the origin to serve. The level of the sound
// is measured with them.

import type { Clock } from "#runtime/base/clock.ts";
import type { KeyedSemaphore } from "#runtime/base/keyed-semaphore.ts";
import type { Random } from "#runtime/base/random.ts";
import type { ProcessHost } from "#runtime/process/process.ts";
import { takePicture } from "#transcoding/pictures/picture.ts";
import { Thumbnailer } from "#transcoding/pictures/thumbnailer.ts";
import type { LadderPlan } from "../ladder-plan.ts";
import type { Histories } from "../source-history.ts";
import type { ChannelChild } from "./child.ts";
import type { PackagerParts } from "./packager.ts";

export interface ThumbnailerParts {
  clock: Clock;
  random: Random;
  processes: ProcessHost;
  ffmpegPath: string;
  packagers: PackagerParts["packagers"];
  histories: Histories;
  ladderPlan: Pick<LadderPlan, "lags">;
  /** How many pictures the node makes at once. */
  pictureTurns: KeyedSemaphore;
  /** Between two pictures of a broadcast; 0: none are made. */
  thumbnailIntervalMs: number;
}

export const thumbnailer: ChannelChild<ThumbnailerParts, string> = {
  name: "thumbnailer",
  runs: (state) => (state.phase === "live" ? [state.broadcast.id] : []),
  key: (broadcastId) => broadcastId,
  start(broadcastId, { parts, channel }) {
    const { clock, random, packagers, ladderPlan, pictureTurns: turns, thumbnailIntervalMs: intervalMs } = parts;
    if (intervalMs === 0) return { stop: async () => {} };
    const running = new Thumbnailer({
      ...{ clock, random, turns, intervalMs },
      log: channel.log.child({ broadcast: broadcastId }),
      lags: () => ladderPlan.lags,
      keyframes: () => packagers.get(broadcastId)?.keyframes ?? [],
      take: (keyframe) => takePicture(keyframe, parts),
      keep: (picture, soundDb) => {
        packagers.get(broadcastId)?.thumbnails.keep(picture);
        if (soundDb !== null) parts.histories.get(broadcastId)?.sounds(soundDb);
      },
    });
    return { stop: () => running.stop() };
  },
};
