// A broadcast's renditions as the quality menu lists them: best first, the source rendition marked.

export interface Quality {
  /** Index in hls.js. */
  index: number;
  /** `720p`, `1080p60`. */
  label: string;
  /** The encoder's own picture, not transcoded. */
  source: boolean;
}

/** The fields of an hls.js level that are used here. */
interface Level {
  height: number;
  frameRate: number;
  bitrate: number;
  name: string | undefined;
  uri: string;
}

/** Above this the frame rate is part of the label. */
const USUAL_FPS_MAX = 45;

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
  return `${height}p${frameRate > USUAL_FPS_MAX ? Math.round(frameRate) : ""}`;
}
