// Figures of playback over the picture, for viewers who ask why it is late or stops.

import { words as controlWords } from "../words/controls.ts";
import { words } from "../words/statistics.ts";
import type { Engine } from "./engine.ts";

const seconds = (value: number | null) => (value === null ? words.unknown : words.exactSeconds(value));

export function Statistics({ engine }: { engine: Engine }) {
  const now = engine.now.value;
  const stats = now.stats.value;
  const { video } = engine;
  const frames = video.getVideoPlaybackQuality?.();
  const names = words.statisticsOf;
  const rows: [string, string][] = stats
    ? [
        [names.behindEdge, seconds(stats.behindEdgeSeconds)],
        [names.glass, seconds(stats.glassSeconds)],
        [names.buffer, seconds(stats.bufferSeconds)],
        [names.bufferWanted, seconds(stats.targetSeconds)],
        [names.speed, words.times(stats.rate)],
        [names.stops, words.stops(stats.stalls, seconds(stats.stalledMs / 1_000))],
        ...(stats.skips === null ? [] : [[names.skips, String(stats.skips)] satisfies [string, string]]),
        [names.rendition, words.size(now.rendition() ?? words.unknown, video.videoWidth, video.videoHeight)],
        [names.dropped, frames ? words.ofFrames(frames.droppedVideoFrames, frames.totalVideoFrames) : words.unknown],
      ]
    : [[names.playback, words.notLive]];
  return (
    <dl class="player-statistics" aria-label={controlWords.statistics}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
