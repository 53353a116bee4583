// The renditions of a channel, by the name of the LADDER setting. A new rung is a line here.

/** Presets of x264: a faster preset takes less processor time and more bits for the same picture. */
type X264Preset = "ultrafast" | "superfast" | "veryfast" | "faster" | "fast" | "medium";

export interface Rendition {
  /** The name in playlist names and URIs: RENDITION of schema/wire/media.ts. */
  name: string;
  /** Null: the encoder's pictures are copied. */
  transcode: { height: number; bitrateKbps: number; bitrateMaxKbps: number; preset: X264Preset } | null;
}

export const SOURCE = "source";

const source: Rendition = { name: SOURCE, transcode: null };
const at480p: Rendition = {
  name: "480p",
  transcode: { height: 480, bitrateKbps: 1_200, bitrateMaxKbps: 1_400, preset: "veryfast" },
};

/** The source comes first, since it decides where segments begin. `none` costs about 0.02 of a core per channel, `480p` about 0.2. */
const LADDERS: Readonly<Record<string, readonly Rendition[]>> = {
  "480p": [source, at480p],
  none: [source],
};

/** Values of the LADDER setting. */
export const LADDER_NAMES: readonly string[] = Object.keys(LADDERS);

/** `name`: one of LADDER_NAMES. */
export function ladder(name: string): Rendition[] {
  const renditions = LADDERS[name];
  if (!renditions) throw new Error(`there is no ladder called ${name}`);
  return [...renditions];
}
