// Which renditions a channel is offered in: the source as it comes, and what is made of it.

export interface Rendition {
  /** As in playlist names and URIs: RENDITION of schema/wire/media.ts. */
  name: string;
  /** Null: the encoder's own pictures, copied. */
  transcode: { height: number; bitrateKbps: number; bitrateMaxKbps: number } | null;
}

export const SOURCE = "source";

/** `none` costs about 0.02 of a core per channel, `480p` about 0.2. The source comes first: it decides where segments begin. */
export function ladder(setting: "480p" | "none"): Rendition[] {
  const source: Rendition = { name: SOURCE, transcode: null };
  if (setting === "none") return [source];
  return [source, { name: "480p", transcode: { height: 480, bitrateKbps: 1_200, bitrateMaxKbps: 1_400 } }];
}
