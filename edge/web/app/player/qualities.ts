// The renditions of a broadcast as the quality menu lists them: the best first, the encoder's own picture marked.

export interface Quality {
  /** Index of hls.js. */
  index: number;
  /** `720p`, `1080p60`. */
  label: string;
  /** The encoder's own picture, not one of ours. */
  source: boolean;
}

/** What hls.js knows of a rendition. */
interface Level {
  height: number;
  frameRate: number;
  bitrate: number;
  name: string | undefined;
  uri: string;
}

/** Over this the rate is worth saying. */
const SMOOTH_FPS = 45;

export const qualitiesOf = (levels: Level[]): Quality[] =>
  levels
    .map((level, index) => ({ level, index, source: /(^|\/)source\.m3u8/.test(level.uri) }))
    .sort(
      (a, b) =>
        Number(b.source) - Number(a.source) || b.level.height - a.level.height || b.level.bitrate - a.level.bitrate,
    )
    .map(({ level, index, source }) => ({ index, source, label: labelOf(level) }));

function labelOf({ height, frameRate, name }: Level): string {
  if (!height) return name || "Video";
  return `${height}p${frameRate > SMOOTH_FPS ? Math.round(frameRate) : ""}`;
}
