// Figures of playback over the picture, for viewers who ask why it is late or stops.

import type { Engine } from "./engine.ts";

const seconds = (value: number | null) => (value === null ? "unknown" : `${value.toFixed(2)} s`);

export function Statistics({ engine }: { engine: Engine }) {
  const stats = engine.edge.stats.value;
  const { source, video } = engine;
  const frames = video.getVideoPlaybackQuality?.();
  const rows: [string, string][] = stats
    ? [
        ["Behind the newest part", seconds(stats.behindEdgeSeconds)],
        ["Since it was filmed, by your clock", seconds(stats.glassSeconds)],
        ["Buffer", seconds(stats.bufferSeconds)],
        ["Buffer wanted", seconds(stats.targetSeconds)],
        ["Speed", `${stats.rate.toFixed(2)} ×`],
        ["Stops", `${stats.stalls} (${seconds(stats.stalledMs / 1_000)})`],
        ["Rendition", `${source.rendition() ?? "unknown"}, ${video.videoWidth} × ${video.videoHeight}`],
        ["Frames dropped", frames ? `${frames.droppedVideoFrames} of ${frames.totalVideoFrames}` : "unknown"],
      ]
    : [["Playback", "not live"]];
  return (
    <dl class="player-statistics" aria-label="Statistics">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
