// A broadcast's renditions as the quality menu lists them: best first, the source rendition marked.

import { words } from "../words/player.ts";

export interface Quality {
  /** Index in hls.js. */
  index: number;
  /** `source`, `480p`, as in the address of its playlist: the same for each broadcast. Null: the address says none. */
  rendition: string | null;
  /** `720p`, `1080p60`. */
  label: string;
  /** The encoder's own picture, not transcoded. */
  source: boolean;
  bitsPerSecond: number;
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
    .map((level, index) => ({ level, index, rendition: renditionAt(level.uri) }))
    .sort(
      (a, b) =>
        Number(isSource(b)) - Number(isSource(a)) ||
        b.level.height - a.level.height ||
        b.level.bitrate - a.level.bitrate,
    )
    .map(({ level, index, rendition }) => ({
      index,
      rendition,
      label: labelOf(level),
      source: rendition === "source",
      bitsPerSecond: level.bitrate,
    }));

const isSource = ({ rendition }: { rendition: string | null }) => rendition === "source";

/** The rendition at the address of a playlist; null: it is none. */
export const renditionAt = (uri: string): string | null => /([^/]+)\.m3u8(?:$|\?)/.exec(uri)?.[1] ?? null;

/** `1.1`: what an hour of it takes, in GB. */
export const gigabytesAnHour = (bitsPerSecond: number): string => ((bitsPerSecond * 3_600) / 8 / 1e9).toFixed(1);

/** `frameRate` 0: not known. */
export function labelOf({ height, frameRate, name }: Pick<Level, "height" | "frameRate" | "name">): string {
  if (!height) return name || words.video;
  return `${height}p${frameRate > USUAL_FPS_MAX ? Math.round(frameRate) : ""}`;
}
